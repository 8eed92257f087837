// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Benchmarks;

/// <summary>QEMU's system emulator.</summary>
internal sealed class QemuRunner : IRunner
{
    private const string Program = "qemu-system-riscv64";

    public string Name { get; } = ChildProcess.Run(Program, ["--version"], RunLimits.Timeout).Output.Split('(', '\n')[0].Trim().Replace("QEMU emulator version", "qemu-system-riscv64", StringComparison.Ordinal);

    public RunResult Run(Workload workload, uint iterations) => ChildProcess.Run(Program,
    [
        "-M", "virt", "-bios", "none", "-display", "none", "-monitor", "none", "-serial", "stdio", "-m", RunLimits.MemoryMiB.ToString(CultureInfo.InvariantCulture),
        "-kernel", workload.Elf,
        "-device", string.Create(CultureInfo.InvariantCulture, $"loader,addr={Parameters.Base},data={iterations},data-len=4"),
    ], RunLimits.Timeout);
}
