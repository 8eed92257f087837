// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>Serial ports on pseudo-terminals of the kernel, and their settings on a model of a port that has more of them.</summary>
public sealed class LinuxSerialTests : SerialContract
{
    protected override ISerialRig NewRig() => new Rig();

    [Fact]
    public void Frame_parity_and_flow_reach_the_kernel()
    {
        using var bench = new Bench();
        bench.Open(("baud", "250000"), ("dataBits", "7"), ("parity", "even"), ("stopBits", "2"), ("flow", "rts-cts"));

        var settings = bench.Tty.Settings;
        Assert.Equal((250_000U, 250_000U), (settings.InputSpeed, settings.OutputSpeed));
        // CS7 | CSTOPB | CREAD | PARENB | CLOCAL | BOTHER | CRTSCTS
        Assert.Equal(0x20U | 0x40 | 0x80 | 0x100 | 0x800 | 0x1000 | 0x8000_0000, settings.Control);
        Assert.Equal((0x14U, 0U, 0U), (settings.Input, settings.Output, settings.Local)); // INPCK | IGNPAR
        Assert.Equal((1, 0), (settings.Characters[6], settings.Characters[5]));
        Assert.True(bench.Tty.IsExclusive);
    }

    [Theory]
    [InlineData("none", 0)]
    [InlineData("even", 0x100)]
    [InlineData("odd", 0x300)]
    [InlineData("mark", 0x4000_0300)]
    [InlineData("space", 0x4000_0100)]
    public void Parity_is_the_kernels_bits(string parity, int bits)
    {
        using var bench = new Bench();
        bench.Open(("parity", parity));
        Assert.Equal((uint)bits, bench.Tty.Settings.Control & 0x4000_0300);
    }

    [Fact]
    public void RS_485_is_set_up_by_the_kernel()
    {
        using var bench = new Bench();
        bench.Open(("rs485", "true"), ("rtsOnSend", "false"), ("rtsAfterSend", "true"), ("delayBeforeMs", "1"), ("delayAfterMs", "2"));
        Assert.Equal((5U, 1U, 2U), ((uint)bench.Tty.Rs485.Flags, bench.Tty.Rs485.DelayBeforeMs, bench.Tty.Rs485.DelayAfterMs));
    }

    [Fact]
    public void A_port_that_cannot_do_RS_485_says_so_and_is_closed_again()
    {
        using var bench = new Bench();
        bench.Tty.HasRs485 = false;
        Assert.Contains("/dev/ttyS9 cannot do RS-485", Assert.Throws<PeripheralException>(() => bench.Open(("rs485", "true"))).Message);
        Assert.Equal(0, bench.Kernel.OpenCount);
    }

    [Fact]
    public void A_speed_that_the_hardware_does_not_come_near_to_is_refused()
    {
        using var bench = new Bench();
        bench.Tty.OnlySpeed = 115_200;
        bench.Open(("baud", "117000"));
        Assert.Equal(
            "peripheral console0: /dev/ttyS9 cannot do 250000 baud; the nearest is 115200",
            Assert.Throws<PeripheralException>(() => bench.Open(("baud", "250000"))).Message);
    }

    [Fact]
    public void A_port_that_hung_up_is_an_error_until_it_is_back()
    {
        var time = new TimerTime();
        using var context = new FakeDriverContext(time);
        using var root = new FakeRoot();
        var first = new PtyMaster();
        root.WithLink("/dev/ttyUSB0", first.Terminal);
        using var port = (ISerialPort)new LinuxSerialPlugin().Create(context).Open(Options.For("modem", ("root", root.Path), ("path", "/dev/ttyUSB0")));
        using var received = new SemaphoreSlim(0);
        port.OnReceive(_ => received.Release());

        File.Delete(root.At("/dev/ttyUSB0")); // pulled out; the terminal's number may at once be another's
        first.Dispose();
        SpinWait.SpinUntil(() => time.Timer is { IsSet: true }, Patience.Long);
        Assert.Contains("peripheral modem: /dev/ttyUSB0 hung up", Assert.Single(context.Reports), StringComparison.Ordinal);
        Assert.Throws<PeripheralException>(() => port.Write("lost"u8));

        time.Timer!.Fire(); // not there yet
        Assert.Throws<PeripheralException>(() => port.Write("lost"u8));
        using var second = new PtyMaster();
        root.WithLink("/dev/ttyUSB0", second.Terminal);
        time.Timer.Fire();

        port.Write("hello"u8);
        var hello = new byte[5];
        second.ReadExactly(hello);
        Assert.Equal("hello"u8, hello);
        second.Write("x"u8);
        Assert.True(received.Wait(Patience.Long));
    }

    [Theory]
    [InlineData("path", "ttyS0", "not a device file such as /dev/serial0")]
    [InlineData("dataBits", "9", "whole number from 5 to 8")]
    [InlineData("parity", "some", "one of none, even, odd, mark, space")]
    [InlineData("bauds", "9600", "unknown")]
    public void An_option_that_does_not_fit_is_refused_before_anything_is_opened(string name, string value, string expected)
    {
        using var context = new FakeDriverContext();
        (string, string)[] options = name == "path" ? [(name, value)] : [("path", "/dev/ttyS0"), (name, value)];
        Assert.Contains(expected, Assert.Throws<OptionException>(() => new LinuxSerialPlugin().Create(context).Validate(Options.Of(options))).Message, StringComparison.Ordinal);
    }

    private sealed class Bench : IDisposable
    {
        private readonly FakeDriverContext _context = new();

        public Bench() => Kernel.Devices["/dev/ttyS9"] = Tty;

        public FakeKernel Kernel { get; } = new();

        public FakeTty Tty { get; } = new();

        public void Open(params (string Name, string Value)[] options) =>
            new LinuxSerialPlugin().Create(_context, Kernel).Open(Options.For("console0", [("path", "/dev/ttyS9"), .. options])).Dispose();

        public void Dispose() => _context.Dispose();
    }

    private sealed class Rig : ISerialRig
    {
        private readonly FakeDriverContext _context = new();
        private readonly PtyMaster _master = new();

        public Rig() => Port = (ISerialPort)new LinuxSerialPlugin().Create(_context).Open(Options.Of(("path", _master.Terminal)));

        public ISerialPort Port { get; }

        public Stream OtherEnd => _master;

        public void Dispose()
        {
            Port.Dispose();
            _master.Dispose();
            _context.Dispose();
        }
    }
}
