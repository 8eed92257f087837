// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>QEMU's <c>virt</c> machine without firmware; its RAM is a file, which holds the image before and the outcome after.</summary>
internal static class QemuSystem
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    /// <summary>Whether the emulators are installed.</summary>
    public static bool IsThere { get; } = File.Exists(Emulator(32)) && File.Exists(Emulator(64));

    /// <summary>Runs an image until it switches the machine off; gives back so many bytes of RAM.</summary>
    public static byte[] Run(ProgramIsa isa, ReadOnlySpan<byte> image)
    {
        var file = Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"edgehypervisor-{Guid.NewGuid():N}.ram");
        try
        {
            File.WriteAllBytes(file, image);
            using (var ram = File.OpenWrite(file)) ram.SetLength(ProgramLayout.RamBytes);
            Run(isa, file);
            var outcome = new byte[image.Length];
            using var result = File.OpenRead(file);
            result.ReadExactly(outcome);
            return outcome;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Run(ProgramIsa isa, string file)
    {
        // Two harts, one of them asleep: with one alone QEMU makes an AMO of a load and a store, whose faults are then the load's, and not
        // those of an AMO: privileged specification, 3.1.15.
        string[] arguments =
        [
            "-M", "virt,memory-backend=ram", "-object", $"memory-backend-file,id=ram,size={ProgramLayout.RamBytes},mem-path={file},share=on",
            "-cpu", isa.QemuCpu, "-smp", "2", "-bios", "none", "-nodefaults", "-display", "none", "-accel", "tcg,thread=multi",
        ];
        using var process = Process.Start(new ProcessStartInfo(Emulator(isa.Xlen), arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill();
            process.WaitForExit();
            throw new TimeoutException($"QEMU did not end within {Limit}: {errors.Result}");
        }
        Assert.True(process.ExitCode == 0, $"QEMU: exit code {process.ExitCode}: {errors.Result}");
    }

    private static string Emulator(int xlen) => $"/usr/bin/qemu-system-riscv{xlen}";
}
