// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.EndToEnd.Linux;

namespace EdgeHypervisor.Benchmarks;

/// <summary>
/// Debian's riscv64 kernel under Debian's OpenSBI to a shell, which computes a little and switches off: processor and wall time of the whole
/// process, <c>ehv run</c> as installed against QEMU's system emulator, one after the other.
/// </summary>
internal sealed class LinuxBootSuite : ISuite
{
    private const string Qemu = "qemu-system-riscv64", Proof = "the shell says 5050", CommandLine = "console=ttyS0 quiet";
    private const string Init = """
        #!/bin/sh
        /bin/busybox mount -t devtmpfs dev /dev
        n=0; i=0
        while [ $i -lt 100 ]; do i=$((i+1)); n=$((n+i)); done
        echo "the shell says $n" >/dev/ttyS0
        exec /bin/busybox poweroff -f

        """;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public string Name => "linux-boot";

    public IEnumerable<Figure> Measure(Session session)
    {
        var debian = Path.Combine(session.ArtifactsFolder, "debian-riscv64");
        var kernel = Path.Combine(debian, "Image");
        if (!File.Exists(kernel))
        {
            Console.Error.WriteLine($"{Name}: Debian's riscv64 kernel is not there; eng/debian-riscv64.sh fetches it.");
            yield break;
        }
        var program = ServiceProcess.InstalledCommand(session.Root);
        if (!File.Exists(program))
        {
            Console.Error.WriteLine($"{Name}: nothing is installed in artifacts/installed, which `make bench` does.");
            yield break;
        }
        var initial = Path.Combine(session.ArtifactsFolder, "linux-boot.cpio");
        File.WriteAllBytes(initial, InitialFileSystem(Path.Combine(debian, "bin", "busybox")));
        List<RunResult> ours = [], qemu = [];
        for (var round = 0; round < session.Rounds; round++)
        {
            qemu.Add(Boot(Qemu, ["-M", "virt", "-m", "128", "-display", "none", "-monitor", "none", "-serial", "stdio", "-kernel", kernel, "-initrd", initial, "-append", CommandLine]));
            ours.Add(Boot(program, ["run", "--memory", "128Mi", "--kernel", kernel, "--initrd", initial, "--append", CommandLine]));
        }
        yield return Figure.Cost($"{Name}/processor-time", "s", Median(ours, run => run.ProcessorTime), Median(qemu, run => run.ProcessorTime), session.Qemu.Name, 1);
        yield return Figure.Cost($"{Name}/wall-time", "s", Median(ours, run => run.WallTime), Median(qemu, run => run.WallTime), session.Qemu.Name, 1);
    }

    private static RunResult Boot(string program, string[] arguments)
    {
        var run = ChildProcess.Run(program, arguments, Patience);
        return run.Output.Contains(Proof, StringComparison.Ordinal) ? run : throw new BenchmarkException($"{program} did not come to a shell:\n{run.Output}{run.Errors}");
    }

    private static double Median(List<RunResult> runs, Func<RunResult, TimeSpan> time) => Statistics.Median(runs.Select(run => time(run).TotalSeconds));

    private static byte[] InitialFileSystem(string busybox)
    {
        var files = new CpioArchive();
        foreach (var folder in new[] { "bin", "dev" }) files.AddFolder(folder);
        files.AddFile("bin/busybox", File.ReadAllBytes(busybox), isExecutable: true);
        files.AddLink("bin/sh", "busybox");
        files.AddFile("init", Encoding.ASCII.GetBytes(Init.ReplaceLineEndings("\n")), isExecutable: true);
        return files.ToArray();
    }
}
