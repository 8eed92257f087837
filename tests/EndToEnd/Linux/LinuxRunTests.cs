// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.EndToEnd.Service;

namespace EdgeHypervisor.EndToEnd.Linux;

/// <summary>Debian's own kernel under Debian's own OpenSBI, both as they are, in <c>ehv run</c>.</summary>
public sealed class LinuxRunTests
{
    [FactWithDebian]
    public async Task Debian_boots_to_shells_on_both_consoles_uses_disk_and_network_and_switches_itself_off()
    {
        using var folder = new TemporaryFolder();
        var initial = Path.Combine(folder.Path, "initrd");
        DebianGuest.WriteInitialFileSystem(initial);
        var disk = folder.File("disk.img", new string('\0', 1 << 20));

        using var process = Ehv.Start(
            null, "run", "--kernel", DebianGuest.Kernel, "--initrd", initial, "--append", "console=ttyS0", "--memory", "128Mi",
            "--disk", disk, "--net", "lan", "--serial", "vconsole0=pty", "--serial", "stdio");
        try
        {
            // The announcement of the second console comes first, from a reader that must not take more than its line.
            var pty = ReadLine(process.StandardOutput.BaseStream).Split(' ')[4];
            var serial = new GuestShell(process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
            await serial.WaitForPromptAsync();
            await UseTheShellAsync(serial);

            await using var terminal = new FileStream(pty, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            var console = new GuestShell(terminal, terminal);
            Assert.Matches(@"virtio\d+ ->", await console.DoAsync("ls -l /sys/bus/virtio/drivers/virtio_console"));
            Assert.Contains("42", await console.DoAsync("echo $((6 * 7))"), StringComparison.Ordinal);

            await serial.TypeAsync("poweroff -f");
            await serial.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(4));
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
        Assert.Equal("written by a guest"u8, File.ReadAllBytes(disk).AsSpan(512 * 100, 18));
    }

    private static async Task UseTheShellAsync(GuestShell shell)
    {
        await shell.DoAsync("mount -t proc proc /proc");
        Assert.Contains("sstc", await shell.DoAsync("grep isa /proc/cpuinfo"), StringComparison.Ordinal);
        Assert.Contains("console=ttyS0", await shell.DoAsync("cat /proc/cmdline"), StringComparison.Ordinal);
        Assert.Contains("5050", await shell.DoAsync("n=0; for i in $(busybox seq 100); do n=$((n+i)); done; echo $n"), StringComparison.Ordinal);

        await shell.DoAsync("echo -n 'written by a guest' >/tmp/words");
        await shell.DoAsync("dd if=/tmp/words of=/dev/vda bs=512 seek=100 conv=sync,fsync");
        await shell.DoAsync("echo 3 >/proc/sys/vm/drop_caches");
        Assert.Contains("written by a guest", await shell.DoAsync("dd if=/dev/vda bs=512 skip=100 count=1"), StringComparison.Ordinal);

        await shell.DoAsync("ifconfig eth0 up");
        Assert.Contains("10.0.2.15", await shell.DoAsync("udhcpc -i eth0 -s /bin/true -t 60 -q -n -f 2>&1"), StringComparison.Ordinal);
        await shell.DoAsync("ifconfig eth0 10.0.2.15 netmask 255.255.255.0");
        Assert.Contains(" 0% packet loss", await shell.DoAsync("ping -c 2 10.0.2.2"), StringComparison.Ordinal);
    }

    private static string ReadLine(Stream stream)
    {
        var line = new System.Text.StringBuilder();
        while (stream.ReadByte() is var value and >= 0 and not '\n') line.Append((char)value);
        return line.ToString();
    }
}
