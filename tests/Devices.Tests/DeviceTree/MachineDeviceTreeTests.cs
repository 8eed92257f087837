// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.OpenCoresI2c;
using EdgeHypervisor.Devices.RiscVPlatform;
using EdgeHypervisor.Devices.SiFive;
using EdgeHypervisor.Devices.Uart16550;
using EdgeHypervisor.Runtime;

namespace Devices.Tests.DeviceTree;

/// <summary>The tree of a machine like virt-rv64, read back by the device-tree compiler.</summary>
public sealed class MachineDeviceTreeTests
{
    private static readonly DeviceTreePart Core = new("cpu0", new DeviceTreeDescription("cpu", "riscv")
    {
        Properties = [DeviceTreeProperty.Text("riscv,isa", "rv64imac")],
        Inputs = [new("ssip", 1), new("msip", 3), new("mtip", 7), new("seip", 9), new("meip", 11)],
        InterruptControllerCompatible = "riscv,cpu-intc",
    });

    [Fact]
    public void The_blob_has_the_header_of_version_17()
    {
        var blob = Build(new BootSettings());
        Assert.Equal([0xD0, 0x0D, 0xFE, 0xED], blob[..4]);
        Assert.Equal(blob.Length, Cell(blob, 4));
        Assert.Equal(17, Cell(blob, 20));
        Assert.Equal(16, Cell(blob, 24));
        Assert.Equal(0, blob.Length % 4);
        Assert.Equal(9, Cell(blob, Cell(blob, 8) + Cell(blob, 36) - 4));
    }

    [Fact]
    public void The_same_machine_gives_the_same_blob() => Assert.Equal(Build(new BootSettings()), Build(new BootSettings()));

    [Fact]
    public void The_compiler_reads_it_back_without_a_warning()
    {
        var (text, complaints) = Decompile(Build(new BootSettings()));
        if (text is null) return; // no dtc here; the continuous integration has it
        Assert.Equal("", complaints);
        Assert.StartsWith("/dts-v1/;", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("compatible = \"ns16550a\"")]
    [InlineData("reg = <0x00 0x10000000 0x00 0x100>")]
    [InlineData("interrupts = <0x0a>")]
    [InlineData("clock-frequency = <0x384000>")]
    [InlineData("stdout-path = \"/soc/serial@10000000\"")]
    [InlineData("serial0 = \"/soc/serial@10000000\"")]
    [InlineData("timebase-frequency = <0x989680>")]
    [InlineData("interrupts-extended = <0x02 0x03 0x02 0x07>")] // clint: software and timer of hart 0
    [InlineData("interrupts-extended = <0x02 0x0b 0x02 0x09>")] // plic: machine and supervisor of hart 0
    [InlineData("riscv,ndev = <0x5f>")]
    [InlineData("compatible = \"sifive,test1\", \"sifive,test0\", \"syscon\"")]
    [InlineData("compatible = \"syscon-poweroff\"")]
    [InlineData("reg = <0x00 0x80000000 0x00 0x8000000>")]
    [InlineData("bootargs = \"console=ttyS0\"")]
    [InlineData("linux,initrd-end = <0x00 0x84001000>")]
    [InlineData("riscv,isa = \"rv64imac\"")]
    [InlineData("compatible = \"fixed-clock\"")]
    public void What_a_kernel_looks_for_is_there(string line)
    {
        var boot = new BootSettings { CommandLine = "console=ttyS0", InitialFileSystem = (0x8400_0000, 0x1000) };
        if (Decompile(Build(boot)).Text is { } text) Assert.Contains(line, Meaning(text), StringComparison.Ordinal);
    }

    [Fact]
    public void It_agrees_with_QEMU_about_the_devices_both_have()
    {
        if (Qemu() is not { } theirs || Decompile(Build(new BootSettings())).Text is not { } text) return;
        var ours = Nodes(text);
        string[] shared = ["serial@10000000", "clint@2000000", "plic@c000000", "test@100000", "poweroff", "reboot", "memory@80000000"];
        foreach (var name in shared)
        {
            foreach (var (property, value) in Nodes(theirs)[name])
            {
                // Handles are numbered freely, and QEMU's PLIC counts source 0 as well.
                if (property is "phandle" or "interrupt-parent" or "regmap" or "riscv,ndev") continue;
                Assert.True(ours[name].TryGetValue(property, out var mine), $"{name} lacks {property}");
                Assert.Equal(value, mine);
            }
        }
    }

    private static byte[] Build(BootSettings boot) =>
        MachineDeviceTree.Build("edgehypervisor,test", [new RegionLayout("ram", 0x8000_0000, 128 << 20)], [Core], Devices(), boot);

    private static DeviceTreePart[] Devices() =>
    [
        Part("finisher", new TestFinisherPlugin(), 0x10_0000),
        Part("clint", new ClintPlugin(), 0x200_0000, ("msip0", "cpu0/msip"), ("mtip0", "cpu0/mtip")),
        Part("plic", new PlicPlugin(), 0xC00_0000, ("context0", "cpu0/meip"), ("context1", "cpu0/seip")),
        Part("uart0", new Uart16550Plugin(), 0x1000_0000, ("irq", "plic/10")),
        Part("pwm0", new SiFivePwmPlugin(), 0x1002_0000, ("irq0..3", "plic/64..67")),
        Part("i2c0", new OpenCoresI2cPlugin(), 0x1003_0000, ("irq", "plic/69")),
        Part("spi0", new SiFiveSpiPlugin(), 0x1004_0000, ("irq", "plic/68")),
        Part("gpio0", new SiFiveGpioPlugin(), 0x1006_0000, ("irq0..31", "plic/32..63")),
    ];

    private static DeviceTreePart Part(string name, IDevicePlugin plugin, ulong at, params (string Output, string To)[] wires)
    {
        var device = (IMmioDevice)plugin.Create(new FakeDeviceContext());
        return new DeviceTreePart(name, ((IDeviceTreeSource)device).DeviceTree)
        {
            At = at,
            WindowBytes = device.WindowBytes,
            IsInterruptController = device is IInterruptController,
            Wires = [.. wires.SelectMany(w => WireSpec.Parse(name, w.Output, w.To))],
        };
    }

    private static int Cell(byte[] blob, int at) => System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(blob.AsSpan(at));

    private static (string? Text, string Complaints) Decompile(byte[] blob)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, blob);
            return Run("dtc", "-I", "dtb", "-O", "dts", file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string? Qemu()
    {
        var file = Path.GetTempFileName();
        try
        {
            var (text, _) = Run(
                "qemu-system-riscv64", "-machine", "virt", "-machine", $"dumpdtb={file}", "-m", "128M", "-display", "none", "-bios", "none");
            return text is null ? null : Decompile(File.ReadAllBytes(file)).Text;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Runs a tool; no text when it is not installed.</summary>
    private static (string? Text, string Complaints) Run(string tool, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var complaints = process.StandardError.ReadToEndAsync();
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (text, complaints.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (null, "");
        }
    }

    /// <summary>The properties of each node by the node's name; enough of the source format for what dtc prints.</summary>
    private static Dictionary<string, Dictionary<string, string>> Nodes(string source)
    {
        var nodes = new Dictionary<string, Dictionary<string, string>>();
        var open = new Stack<Dictionary<string, string>>();
        foreach (var line in source.Split('\n').Select(l => l.Trim()))
        {
            if (line.EndsWith('{')) open.Push(nodes[line.TrimEnd('{').Trim()] = []);
            else if (line == "};") open.Pop();
            else if (open.Count > 0 && line.EndsWith(';'))
            {
                var parts = line.TrimEnd(';').Split(" = ", 2);
                // An older dtc prints some cells as text and text lists with escaped zeros: compare what they mean.
                open.Peek()[parts[0]] = parts.Length == 1 ? "" : Meaning(parts[1]);
            }
        }
        return nodes;
    }

    private static string Meaning(string value) =>
        value.Replace("\\0", "\", \"", StringComparison.Ordinal).Replace("\"\\08@\"", "<0x384000>", StringComparison.Ordinal)
            .Replace("\"\", \"8@\"", "<0x384000>", StringComparison.Ordinal);
}
