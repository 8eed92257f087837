// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.EndToEnd.Linux;

/// <summary>What <c>eng/debian-riscv64.sh</c> fetched from Debian's archive, and the initial file system that tests boot it with.</summary>
internal static class DebianGuest
{
    private const string Firmware = "/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin";
    private static readonly string[] BasicModules = ["virtio_mmio", "failover", "net_failover", "virtio_net", "virtio_blk"];
    private static readonly string[] Applets =
        ["sh", "mount", "insmod", "setsid", "cat", "dd", "sync", "sha256sum", "ifconfig", "ping", "poweroff", "grep", "head", "udhcpc", "ip", "ls", "sleep", "kill"];

    public static string Kernel => File("Image");

    /// <summary>Why there is nothing to boot; null when there is.</summary>
    public static string? Problem
    {
        get
        {
            if (System.IO.File.Exists(File("SHA256SUMS"))) return System.IO.File.Exists(Firmware) ? null : "OpenSBI is not installed: apt install opensbi";
            return System.IO.File.Exists(File("UNREACHABLE"))
                ? $"Debian's archive could not be reached: {System.IO.File.ReadAllText(File("UNREACHABLE")).Trim()}"
                : "Debian's riscv64 kernel is not there: run eng/debian-riscv64.sh, as make test does";
        }
    }

    /// <summary>Why the drivers that this kernel leaves out are not there; null when they are.</summary>
    public static string? DriverProblem =>
        System.IO.File.Exists(File("drivers/SHA256SUMS")) ? null
        : System.IO.File.Exists(File("NO-DRIVERS")) ? $"gpio-virtio and i2c-virtio could not be made: {System.IO.File.ReadAllText(File("NO-DRIVERS")).Trim()}"
        : "gpio-virtio and i2c-virtio are not there: run eng/debian-riscv64.sh, as make test does";

    /// <summary>Writes an initial file system: busybox, modules, and a shell on the serial port and on the virtio console.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="programs">Programs of the folder <c>bin</c> that it also has, with their libraries.</param>
    /// <param name="modules">Modules that are loaded beside those of the virtio devices.</param>
    public static void WriteInitialFileSystem(string path, string[]? programs = null, string[]? modules = null)
    {
        var all = BasicModules.Concat(modules ?? []).ToArray();
        var files = new CpioArchive();
        foreach (var folder in new[] { "bin", "lib", "modules", "dev", "proc", "sys", "tmp" }) files.AddFolder(folder);
        files.AddFile("bin/busybox", System.IO.File.ReadAllBytes(File("bin/busybox")), isExecutable: true);
        foreach (var applet in Applets) files.AddLink($"bin/{applet}", "busybox");
        foreach (var module in all) files.AddFile($"modules/{module}.ko", System.IO.File.ReadAllBytes(Module(module)));
        foreach (var program in programs ?? []) files.AddFile($"bin/{program}", System.IO.File.ReadAllBytes(File($"bin/{program}")), isExecutable: true);
        if (programs is not null)
        {
            foreach (var library in Directory.EnumerateFiles(File("lib"))) files.AddFile($"lib/{Path.GetFileName(library)}", System.IO.File.ReadAllBytes(library), isExecutable: true);
        }
        files.AddFile("init", System.Text.Encoding.ASCII.GetBytes(Init(all)), isExecutable: true);
        System.IO.File.WriteAllBytes(path, files.ToArray());
    }

    private static string Init(string[] modules) =>
        $"""
        #!/bin/busybox sh
        export PATH=/bin PS1='# '
        mount -t devtmpfs dev /dev
        mount -t sysfs sys /sys
        busybox dmesg -n 1
        for m in {string.Join(' ', modules)}; do insmod /modules/$m.ko; done
        setsid sh -c 'exec sh </dev/hvc0 >/dev/hvc0 2>&1' &
        exec setsid sh -c 'exec sh </dev/ttyS0 >/dev/ttyS0 2>&1'

        """.ReplaceLineEndings("\n");

    private static string Module(string name) =>
        System.IO.File.Exists(File($"modules/{name}.ko")) ? File($"modules/{name}.ko") : File($"drivers/{name}.ko");

    private static string File(string name) => Path.Combine(DebianFolder.Path, name);
}
