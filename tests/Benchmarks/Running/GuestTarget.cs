// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Benchmarks;

/// <summary>A machine that images are for, ours and QEMU's.</summary>
/// <param name="Machine">Our description's name.</param>
/// <param name="ImageSuffix">What its images' names end with.</param>
/// <param name="ParametersAt">Where the parameter words are.</param>
/// <param name="MemoryMiB">RAM to give it; null where the machine says so itself.</param>
/// <param name="CoreOptions">Options of our core.</param>
/// <param name="QemuProgram">QEMU's emulator.</param>
/// <param name="QemuArguments">What makes the same machine of it.</param>
internal sealed record GuestTarget(
    string Machine, string ImageSuffix, uint ParametersAt, int? MemoryMiB, IReadOnlyList<string> CoreOptions, string QemuProgram, IReadOnlyList<string> QemuArguments)
{
    public static GuestTarget RiscV64 { get; } = new(
        "virt-rv64", "-rv64.elf", Parameters.Base, RunLimits.MemoryMiB, ["isa=rv64gc"],
        "qemu-system-riscv64", ["-M", "virt", "-bios", "none", "-m", $"{RunLimits.MemoryMiB}"]);

    public static GuestTarget CortexM { get; } = new(
        "mps2-an385", "-mps2.elf", 0x800, null, ["semihosting=true"], "qemu-system-arm", ["-M", "mps2-an385", "-semihosting"]);

    /// <summary>The target of an image.</summary>
    public static GuestTarget Of(string elf) => elf.EndsWith(CortexM.ImageSuffix, StringComparison.Ordinal) ? CortexM : RiscV64;
}
