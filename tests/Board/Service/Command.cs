// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace EdgeHypervisor.BoardTests;

/// <summary>Programs of the board.</summary>
internal static class Command
{
    /// <summary>Runs one that must succeed; gives what it says.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (exitCode, output) = await TryAsync(program, arguments);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)} gave {exitCode}: {output}");
        return output;
    }

    /// <summary>Runs one that may fail; gives its exit code and what it says.</summary>
    public static async Task<(int ExitCode, string Output)> TryAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
