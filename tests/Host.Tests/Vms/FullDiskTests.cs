// SPDX-License-Identifier: Apache-2.0
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeHypervisor.Host.Tests.Vms;

/// <summary>Files on a disk that is full.</summary>
public class FullDiskTests
{
    [Fact]
    public async Task It_is_told_as_such_and_what_helps()
    {
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;
        await new ErrorBoundary(NullLogger<ErrorBoundary>.Instance).InvokeAsync(context, _ => Task.FromException(FullDisk()));
        Assert.Equal(507, context.Response.StatusCode);
        Assert.Contains("make room", System.Text.Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
    }

    // As the kernel gives it: /dev/full is a disk that always is.
    private static IOException FullDisk()
    {
        try
        {
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            full.Write([1]);
        }
        catch (IOException e)
        {
            return e;
        }
        throw new InvalidOperationException("/dev/full took a byte");
    }
}
