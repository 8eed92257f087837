// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Linux;
using EdgeHypervisor.Drivers.Simulated;

namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>The contract on a model of i2c-dev; on the kernel itself it is held by <see cref="BoardTests"/>.</summary>
public sealed class LinuxI2cTests : I2cContract
{
    private const I2cUapi.Functions SmbusOnly = I2cUapi.Functions.Quick | I2cUapi.Functions.ReadByte | I2cUapi.Functions.WriteByte
        | I2cUapi.Functions.ReadByteData | I2cUapi.Functions.WriteByteData | I2cUapi.Functions.ReadWordData | I2cUapi.Functions.WriteWordData
        | I2cUapi.Functions.ReadBlock | I2cUapi.Functions.WriteBlock;

    protected override II2cRig NewRig() => new Bench();

    [Fact]
    public void A_transaction_is_one_call_with_a_repeated_start()
    {
        using var bench = new Bench();

        bench.Target.Transfer([new I2cMessage(0, false, new byte[] { 0x10 }), new I2cMessage(0, true, new byte[3]), new I2cMessage(0, false, new byte[] { 1, 2 })]);

        Assert.Equal(["w 0x20 1", "r 0x20 3", "w 0x20 2"], bench.Adapter.Log);
    }

    [Fact]
    public void An_address_of_ten_bits_is_said_to_be_one()
    {
        using var bench = new Bench(I2cUapi.Functions.PlainI2c | I2cUapi.Functions.TenBitAddress);
        using var target = bench.Open("far", ("address", "0x3a5"), ("tenBit", "true"));

        target.Transfer([new I2cMessage(0, true, new byte[1])]);

        Assert.Equal(["r ten 0x3a5 1"], bench.Adapter.Log);
    }

    [Fact]
    public void An_adapter_without_ten_bits_refuses_such_a_target()
    {
        using var bench = new Bench();
        var refusal = Assert.Throws<PeripheralException>(() => bench.Open("far", ("address", "0x3a5"), ("tenBit", "true")));
        Assert.Equal("peripheral far: address 0x3a5 of /dev/i2c-1: the adapter cannot do 10-bit addresses", refusal.Message);
    }

    [Fact]
    public void An_address_that_the_kernel_has_is_refused_with_the_name_of_its_driver()
    {
        using var bench = new Bench();
        bench.Adapter.KernelsOwn.Add(0x51);
        bench.Root.With("/sys/bus/i2c/devices/1-0051/name", "pcf85063a\n").WithLink("/sys/bus/i2c/devices/1-0051/driver", "../../../../bus/i2c/drivers/rtc-pcf85063");

        var refusal = Assert.Throws<PeripheralException>(() => bench.Open("clock", ("address", "0x51")));

        Assert.Equal("peripheral clock: address 0x51 of /dev/i2c-1: in use by the kernel's driver 'rtc-pcf85063' for 'pcf85063a'; unbind it or take it out of the device tree", refusal.Message);
    }

    [Fact]
    public void An_address_is_taken_once_and_is_free_again_when_it_is_closed()
    {
        using var bench = new Bench();
        var first = bench.Open("a", ("address", "0x30"));

        Assert.Contains("in use by another peripheral of this board", Assert.Throws<PeripheralException>(() => bench.Open("b", ("address", "0x30"))).Message);
        first.Dispose();
        bench.Open("b", ("address", "0x30")).Dispose();
    }

    [Theory]
    [InlineData(Errno.NoSuchDeviceOrAddress, BusStatus.NoAcknowledge)]
    [InlineData(Errno.RemoteInputOutput, BusStatus.NoAcknowledge)]
    [InlineData(Errno.TryAgain, BusStatus.ArbitrationLost)]
    [InlineData(Errno.TimedOut, BusStatus.TimedOut)]
    [InlineData(Errno.Busy, BusStatus.TimedOut)]
    [InlineData(Errno.NotSupported, BusStatus.Unsupported)]
    [InlineData(Errno.NoDevice, BusStatus.Unavailable)]
    [InlineData(Errno.InputOutput, BusStatus.Failed)]
    public void The_kernels_error_decides_the_status(int error, BusStatus status)
    {
        using var bench = new Bench();
        bench.Adapter.Failure = error;

        Assert.Equal(status, bench.Target.Transfer([new I2cMessage(0, true, new byte[1])]));
    }

    [Fact]
    public void More_than_the_kernel_takes_is_unsupported()
    {
        using var bench = new Bench();
        var message = new I2cMessage(0, true, new byte[1]);

        Assert.Equal(BusStatus.Ok, bench.Target.Transfer(Enumerable.Repeat(message, 42).ToArray()));
        Assert.Equal(BusStatus.Unsupported, bench.Target.Transfer(Enumerable.Repeat(message, 43).ToArray()));
        Assert.Equal(BusStatus.Unsupported, bench.Target.Transfer([new I2cMessage(0, true, new byte[8193])]));
        Assert.Equal(BusStatus.Ok, bench.Target.Transfer([]));
    }

    [Fact]
    public void A_timeout_is_told_in_the_kernels_units()
    {
        using var bench = new Bench();
        using var target = bench.Open("slow", ("address", "0x31"), ("timeoutMs", "25"));
        Assert.Equal(3, bench.Adapter.TimeoutUnits);
    }

    [Theory]
    [InlineData("", null, "write Quick 0x00")]
    [InlineData("10", null, "write Byte 0x10")]
    [InlineData("10de", null, "write ByteData 0x10")]
    [InlineData("10dead", null, "write WordData 0x10")]
    [InlineData("10deadbe", null, "write BlockData 0x10")]
    [InlineData(null, 0, "read Quick 0x00")]
    [InlineData(null, 1, "read Byte 0x00")]
    [InlineData("10", 1, "read ByteData 0x10")]
    [InlineData("10", 2, "read WordData 0x10")]
    [InlineData("10", 32, "read BlockData 0x10")]
    public void An_adapter_that_can_do_SMBus_only_gets_the_call_that_looks_the_same(string? write, int? read, string call)
    {
        using var bench = new Bench(SmbusOnly);
        bench.Registers.Transfer([new I2cMessage(0, false, (byte[])[0x10, .. Enumerable.Range(1, 40).Select(i => (byte)i)])]);
        bench.Registers.Transfer([new I2cMessage(0, false, new byte[] { 0x10 })]);
        var into = new byte[read ?? 0];
        List<I2cMessage> messages = [];
        if (write is not null) messages.Add(new I2cMessage(0, false, Convert.FromHexString(write)));
        if (read is not null) messages.Add(new I2cMessage(0, true, into));

        Assert.Equal(BusStatus.Ok, bench.Target.Transfer([.. messages]));

        Assert.Equal(call, Assert.Single(bench.Adapter.Log));
        Assert.Equal(Enumerable.Range(1, into.Length).Select(i => (byte)i), into);
    }

    [Theory]
    [InlineData(null, 2)] // reading on needs a command
    [InlineData("1011", 1)]
    [InlineData("10", 33)]
    public void A_transaction_that_is_no_SMBus_call_is_unsupported_and_not_taken_apart(string? write, int read)
    {
        using var bench = new Bench(SmbusOnly);
        List<I2cMessage> messages = write is null ? [] : [new I2cMessage(0, false, Convert.FromHexString(write))];

        Assert.Equal(BusStatus.Unsupported, bench.Target.Transfer([.. messages, new I2cMessage(0, true, new byte[read])]));
        Assert.Empty(bench.Adapter.Log);
    }

    [Theory]
    [InlineData("0x07")]
    [InlineData("0x78")]
    public void Reserved_addresses_are_refused(string address)
    {
        using var bench = new Bench();
        Assert.Throws<OptionException>(() => bench.Driver.Validate(Options.Of(("address", address))));
    }

    [Fact]
    public void Targets_of_a_bus_contend_and_those_of_other_buses_do_not()
    {
        using var bench = new Bench();
        var keys = ((string, string)[][])[[("bus", "1"), ("address", "0x20")], [("address", "0x21")], [("bus", "2"), ("address", "0x20")]];
        var contention = keys.Select(options => bench.Driver.Validate(Options.Of(options))).ToArray();
        Assert.Equal(contention[0], contention[1]);
        Assert.NotEqual(contention[0], contention[2]);
    }

    private sealed class Bench : II2cRig
    {
        private readonly FakeKernel _kernel = new();
        private readonly FakeDriverContext _context = new();

        public Bench(I2cUapi.Functions functions = I2cUapi.Functions.PlainI2c)
        {
            Adapter = new FakeI2cAdapter(functions);
            Registers = (II2cTarget)new SimulatedI2cPlugin().Create(_context).Open(Options.Of(("bus", "1"), ("model", "registers"), ("address", "0x20")));
            Adapter.Targets[0x20] = Registers;
            _kernel.Devices["/dev/i2c-1"] = Adapter;
            Driver = new LinuxI2cPlugin().Create(_context, _kernel);
            Target = Open("target", ("address", "0x20"));
            Absent = Open("absent", ("address", "0x21"));
        }

        public FakeRoot Root { get; } = new();

        public FakeI2cAdapter Adapter { get; }

        public II2cTarget Registers { get; }

        public IBoardDriver Driver { get; }

        public II2cTarget Target { get; }

        public II2cTarget Absent { get; }

        public II2cTarget Open(string role, params (string, string)[] options) =>
            (II2cTarget)Driver.Open(Options.For(role, [("root", Root.Path), .. options]));

        public void Settle()
        {
        }

        public void Dispose()
        {
            _context.Dispose();
            Root.Dispose();
        }
    }
}
