// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>Runs the real <c>ehv</c>.</summary>
internal static class Ehv
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public static Task<Ran> RunAsync(params string[] arguments) => AskAsync(null, "", arguments);

    /// <param name="socket">The service; null for none.</param>
    /// <param name="input">What is typed.</param>
    /// <param name="arguments">The command line.</param>
    public static Task<Ran> AskAsync(string? socket, string input, params string[] arguments) => AskAsync(socket, input, Patience, arguments);

    /// <param name="socket">The service; null for none.</param>
    /// <param name="input">What is typed.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="arguments">The command line.</param>
    public static async Task<Ran> AskAsync(string? socket, string input, TimeSpan limit, params string[] arguments)
    {
        using var process = Start(socket, arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return new Ran(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    public static Process Start(string? socket, params string[] arguments)
    {
        var start = new ProcessStartInfo(BuiltTree.Ehv) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["EHV_SOCKET"] = socket ?? "/nonexistent/ehv.sock";
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
