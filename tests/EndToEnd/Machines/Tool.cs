// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>Programs from the distribution that some tests compare with.</summary>
internal static class Tool
{
    /// <summary>GDB for a script that waits for its target as long as it takes; by itself it gives up an answer after two seconds.</summary>
    public static readonly string[] PatientGdb = ["-batch", "-nx", "-ex", "set remotetimeout 240", "-ex", "set tcp connect-timeout 240"];

    public static bool IsInstalled(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, name)));

    /// <summary>Runs a program to its end and gives its exit code and what it wrote to both streams.</summary>
    /// <exception cref="TimeoutException">It had not ended by then; it was killed.</exception>
    public static (int ExitCode, string Output) Run(string program, IEnumerable<string> arguments, TimeSpan timeout)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(timeout))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} had not ended after {timeout}: {output.Result}{errors.Result}");
        }
        return (process.ExitCode, output.Result + errors.Result);
    }
}
