// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Benchmarks;

/// <summary><c>ehv run</c> as a user has it, compiled ahead of time: all that it costs from the shell's prompt to the next counts.</summary>
/// <param name="program">The installed command.</param>
/// <param name="scratchFolder">Where the parameters of the image can be written, which go in with <c>--load</c>.</param>
internal sealed class InstalledRunner(string program, string scratchFolder) : IRunner
{
    public string Name => "ehv run";

    public RunResult Run(Workload workload, uint iterations)
    {
        var target = GuestTarget.Of(workload.Elf);
        var parameters = Path.Combine(scratchFolder, "parameters.bin");
        File.WriteAllBytes(parameters, Parameters.Segment(iterations).Bytes.Span);
        var load = string.Create(CultureInfo.InvariantCulture, $"0x{target.ParametersAt:x}={parameters}");
        return ChildProcess.Run(program,
        [
            "run", workload.Elf, "--machine", target.Machine, "--load", load,
            .. target.MemoryMiB is { } size ? ["--memory", string.Create(CultureInfo.InvariantCulture, $"{size}Mi")] : Array.Empty<string>(),
            .. target.CoreOptions.SelectMany(option => new[] { "--core", option }),
        ], RunLimits.Timeout);
    }
}
