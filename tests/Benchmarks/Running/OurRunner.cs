// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Benchmarks;

/// <summary>This project's runtime, in a process of its own as every peer: start-up, plugin loading and translation count.</summary>
/// <param name="coreOptions">Options of the core in place of the machine's: <c>name=value</c>.</param>
internal sealed class OurRunner(params string[] coreOptions) : IRunner
{
    public string Name => "EdgeHypervisor";

    public RunResult Run(Workload workload, uint iterations) => ChildProcess.Run(Environment.ProcessPath!,
    [
        .. SelfArguments, GuestProcess.Command, workload.Elf, iterations.ToString(CultureInfo.InvariantCulture), .. coreOptions,
    ], RunLimits.Timeout);

    /// <summary>What starts this program again: its assembly, when it was started through <c>dotnet</c>.</summary>
    public static IReadOnlyList<string> SelfArguments { get; } =
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(OurRunner).Assembly.Location] : [];
}
