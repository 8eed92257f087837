// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Benchmarks;

/// <summary>QEMU's system emulator.</summary>
/// <param name="target">The machine it is to be.</param>
internal sealed class QemuRunner(GuestTarget target) : IRunner
{
    public string Name { get; } = ChildProcess.Run(target.QemuProgram, ["--version"], RunLimits.Timeout).Output.Split('(', '\n')[0].Trim()
        .Replace("QEMU emulator version", target.QemuProgram, StringComparison.Ordinal);

    public RunResult Run(Workload workload, uint iterations) => ChildProcess.Run(target.QemuProgram,
    [
        .. target.QemuArguments, "-display", "none", "-monitor", "none", "-serial", "stdio", "-kernel", workload.Elf,
        "-device", string.Create(CultureInfo.InvariantCulture, $"loader,addr={target.ParametersAt},data={iterations},data-len=4"),
    ], RunLimits.Timeout);
}
