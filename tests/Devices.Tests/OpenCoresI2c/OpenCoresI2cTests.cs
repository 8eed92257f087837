// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.OpenCoresI2c;

namespace Devices.Tests.OpenCoresI2c;

public sealed class OpenCoresI2cTests : DeviceConformance
{
    private const uint PrescaleLow = 0x00, PrescaleHigh = 0x04, Control = 0x08, Data = 0x0C, Command = 0x10, Status = 0x10;
    private const byte Start = 0x91, Write = 0x11, ReadAcknowledge = 0x21, ReadLast = 0x29, Stop = 0x41, Acknowledge = 0x01;
    private const byte NotAcknowledged = 0x80, Busy = 0x40, ArbitrationLost = 0x20, InProgress = 0x02, Interrupt = 0x01;
    private const byte Sensor = 0x76, Absent = 0x50;

    private readonly FakeDeviceContext _context;
    private readonly IMmioDevice _i2c;

    public OpenCoresI2cTests()
    {
        _context = CreateContext();
        _i2c = Create(_context);
        _i2c.Write8(Control, 0xC0);
    }

    protected override uint[] Offsets => [PrescaleLow, PrescaleHigh, Control, Data, Command];

    protected override AccessWidth NaturalWidth => AccessWidth.Byte;

    protected override ulong[] Values =>
    [
        0xC0, 0xC0, 0x80, 0x00, Start, Start, Start, Write, ReadAcknowledge, ReadLast, Stop, 0x51, 0x68, 0x01,
        0xEC, 0xED, 0xEC, 0xED, 0xA0,
    ];

    private bool Irq => _context.Line("irq").Level;

    private FakeI2cPort Bus => _context.I2cPort;

    [Fact]
    public void Reset_values_are_those_of_the_specification()
    {
        var i2c = Create(CreateContext());
        Assert.Equal([0xFF, 0xFF, 0, 0, 0], new[] { PrescaleLow, PrescaleHigh, Control, Data, Status }.Select(i2c.Read8));
    }

    [Fact]
    public void Prescale_and_control_keep_what_was_written()
    {
        _i2c.Write8(PrescaleLow, 0x63);
        _i2c.Write8(PrescaleHigh, 0x12);
        Assert.Equal([0x63, 0x12, 0xC0], new[] { PrescaleLow, PrescaleHigh, Control }.Select(_i2c.Read8));
    }

    [Fact]
    public void A_target_that_is_there_acknowledges_its_address()
    {
        Begin(Sensor, read: false);
        Assert.Equal(Busy | Interrupt, _i2c.Read8(Status));
        Assert.True(Irq);
        Assert.Equal(["W76:"], Bus.Transactions);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_target_that_is_absent_does_not_acknowledge_its_address(bool read)
    {
        Begin(Absent, read);
        Assert.Equal(NotAcknowledged | Busy | Interrupt, _i2c.Read8(Status));
        Do(Stop);
        Assert.Equal(0, _i2c.Read8(Status) & (Busy | NotAcknowledged));
        Assert.Single(Bus.Transactions);
    }

    [Fact]
    public void Writes_are_collected_until_the_stop()
    {
        Begin(Sensor, read: false);
        Send(0xF4);
        Send(0x27);
        Assert.Single(Bus.Transactions);
        Do(Stop);
        Assert.Equal(["W76:", "W76:F427"], Bus.Transactions);
        Assert.Equal(Interrupt, _i2c.Read8(Status));
    }

    [Fact]
    public void A_register_is_read_in_one_transaction()
    {
        Assert.Equal([0xF7, 0xF8, 0xF9], ReadRegister(0xF7, 3));
        Assert.Equal(["W76:", "W76:F7 R76:32"], Bus.Transactions);
    }

    [Fact]
    public void The_second_read_of_a_register_asks_for_no_more_than_the_first_took_and_needs_no_probe()
    {
        ReadRegister(0xF7, 3);
        Bus.Transactions.Clear();
        Assert.Equal([0xF7, 0xF8, 0xF9], ReadRegister(0xF7, 3));
        Assert.Equal(["W76:F7 R76:3"], Bus.Transactions);
    }

    [Fact]
    public void A_longer_read_than_before_is_done_again_from_its_register()
    {
        ReadRegister(0xF7, 2);
        Bus.Transactions.Clear();
        Assert.Equal([0xF7, 0xF8, 0xF9, 0xFA], ReadRegister(0xF7, 4));
        Assert.Equal(["W76:F7 R76:2", "W76:F7 R76:32"], Bus.Transactions);
        Bus.Transactions.Clear();
        ReadRegister(0xF7, 4);
        Assert.Equal(["W76:F7 R76:4"], Bus.Transactions);
    }

    [Fact]
    public void A_bare_read_beyond_the_read_ahead_goes_on_from_where_the_target_stands()
    {
        var i2c = WithReadAhead(4, out var context);
        Begin(i2c, Sensor, read: true);
        var bytes = Enumerable.Range(0, 10).Select(_ => Receive(i2c, ReadAcknowledge)).ToArray();
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], bytes);
        Assert.Equal(["R76:4", "R76:4", "R76:4"], context.I2cPort.Transactions);
    }

    [Fact]
    public void A_read_ahead_of_one_never_reads_a_byte_twice_or_too_many()
    {
        var i2c = WithReadAhead(1, out var context);
        for (var round = 0; round < 2; round++)
        {
            Begin(i2c, Sensor, read: true);
            Receive(i2c, ReadAcknowledge);
            Receive(i2c, ReadLast);
            i2c.Write8(Command, Stop);
        }
        Assert.Equal(["R76:1", "R76:1", "R76:1", "R76:1"], context.I2cPort.Transactions);
    }

    [Fact]
    public void After_data_the_target_is_asked_again_since_it_may_be_busy()
    {
        WriteRegister(0xF4, 0x27);
        Bus.Transactions.Clear();
        Bus.Present.Remove(Sensor); // an EEPROM that writes its page
        Begin(Sensor, read: false);
        Assert.Equal(NotAcknowledged, _i2c.Read8(Status) & NotAcknowledged);
        Do(Stop);
        Bus.Present.Add(Sensor);
        Begin(Sensor, read: false);
        Assert.Equal(0, _i2c.Read8(Status) & NotAcknowledged);
        Assert.Equal(["W76:", "W76:"], Bus.Transactions);
    }

    [Fact]
    public void A_target_that_vanished_is_forgotten_with_its_first_silence()
    {
        ReadRegister(0xF7, 2);
        Bus.Present.Remove(Sensor);
        Begin(Sensor, read: false);
        Assert.Equal(0, _i2c.Read8(Status) & NotAcknowledged); // remembered
        Send(0xF7);
        Begin(Sensor, read: true);
        Assert.Equal(NotAcknowledged, _i2c.Read8(Status) & NotAcknowledged);
        Do(Stop);
        Begin(Sensor, read: false);
        Assert.Equal(NotAcknowledged, _i2c.Read8(Status) & NotAcknowledged);
    }

    [Fact]
    public void Data_that_the_target_refuses_show_in_the_status_after_the_stop()
    {
        Begin(Sensor, read: false);
        Send(1);
        Bus.NextStatus = BusStatus.NoAcknowledge;
        Do(Stop);
        Assert.Equal(NotAcknowledged | Interrupt, _i2c.Read8(Status));
    }

    [Fact]
    public void Two_writes_with_a_repeated_start_are_one_transaction()
    {
        Bus.Present.Add(0x3C);
        Begin(Sensor, read: false);
        Send(1);
        Begin(0x3C, read: false);
        Send(2);
        Do(Stop);
        Assert.Equal("W76:01 W3C:02", Bus.Transactions[^1]);
    }

    [Fact]
    public void An_address_alone_reaches_the_bus_once_whether_remembered_or_not()
    {
        Begin(Sensor, read: false);
        Do(Stop);
        Assert.Equal(["W76:"], Bus.Transactions);
        Begin(Sensor, read: false);
        Do(Stop);
        Assert.Equal(["W76:", "W76:"], Bus.Transactions);
    }

    [Fact]
    public void An_adapter_without_empty_messages_is_believed_until_the_data()
    {
        Bus.ZeroLengthUnsupported = true;
        Assert.Equal([0xF7], ReadRegister(0xF7, 1));
        WriteRegister(0xF4, 1);
        Assert.Equal("W76:F401", Bus.Transactions[^1]);
    }

    [Fact]
    public void A_slow_bus_keeps_the_transfer_in_progress_and_then_interrupts()
    {
        Bus.Slow = true;
        _i2c.Write8(Data, Sensor << 1 | 1);
        _i2c.Write8(Command, Start);
        Assert.Equal(Busy | InProgress, _i2c.Read8(Status));
        Assert.False(Irq);
        Bus.Complete();
        Assert.Equal(Busy | Interrupt, _i2c.Read8(Status));
        Assert.True(Irq);
        _i2c.Write8(Command, Acknowledge);
        Assert.False(Irq);
    }

    [Theory]
    [InlineData(BusStatus.ArbitrationLost)]
    [InlineData(BusStatus.TimedOut)]
    public void A_lost_bus_shows_as_lost_arbitration_until_the_next_start(BusStatus status)
    {
        Bus.NextStatus = status;
        Begin(Sensor, read: true);
        Assert.Equal(ArbitrationLost | NotAcknowledged | Interrupt, _i2c.Read8(Status));
        Do(Stop);
        Begin(Sensor, read: true);
        Assert.Equal(Busy | Interrupt, _i2c.Read8(Status));
    }

    [Fact]
    public void Read_and_stop_in_one_command_work_as_bare_metal_drivers_use_them()
    {
        Begin(Sensor, read: true);
        _i2c.Write8(Command, 0x69);
        Assert.Equal(0, _i2c.Read8(Data));
        Assert.Equal(Interrupt, _i2c.Read8(Status));
    }

    [Fact]
    public void A_disabled_controller_ignores_commands_and_drops_what_is_open()
    {
        Begin(Sensor, read: false);
        Send(1);
        _i2c.Write8(Control, 0x00);
        _i2c.Write8(Command, Stop);
        Assert.Equal(["W76:"], Bus.Transactions);
        Assert.Equal(0, _i2c.Read8(Status) & (Busy | InProgress));
    }

    [Fact]
    public void A_transfer_from_before_a_reset_ends_unheard_and_the_next_one_waits_for_it()
    {
        Bus.Slow = true;
        _i2c.Write8(Data, Sensor << 1);
        _i2c.Write8(Command, Start);
        _i2c.Reset();
        _i2c.Write8(Control, 0xC0);
        _i2c.Write8(Data, Absent << 1);
        _i2c.Write8(Command, Start);
        Assert.Equal(["W76:"], Bus.Transactions);
        Bus.Complete();
        Assert.False(Irq);
        Bus.Complete();
        Assert.Equal(["W76:", "W50:"], Bus.Transactions);
        Assert.Equal(NotAcknowledged | Busy | Interrupt, _i2c.Read8(Status));
    }

    [Fact]
    public void A_transaction_moves_between_any_two_steps_of_it()
    {
        Begin(Sensor, read: false);
        Send(0xF7);
        var (second, there) = Move(_i2c, _context);
        Begin(second, Sensor, read: true);
        var first = Receive(second, ReadAcknowledge);
        var (third, _) = Move(second, there);
        Assert.Equal([0xF7, 0xF8], new[] { first, Receive(third, ReadLast) });
        Assert.Equal(["W76:F7 R76:32"], there.I2cPort.Transactions);
    }

    [Fact]
    public void A_transfer_under_way_is_done_again_after_a_restore()
    {
        Bus.Slow = true;
        _i2c.Write8(Data, Sensor << 1 | 1);
        _i2c.Write8(Command, Start);
        Assert.True(_i2c.InTransaction);
        var (twin, there) = Move(_i2c, _context);
        Assert.Equal(Busy | InProgress, twin.Read8(Status));
        there.Clock.Advance(0);
        there.I2cPort.Complete();
        Assert.True(there.Line("irq").Level);
        Assert.Equal(Busy | Interrupt, twin.Read8(Status));
        Assert.Equal(["R76:32"], there.I2cPort.Transactions);
    }

    [Fact]
    public void Random_transactions_read_what_a_bus_without_the_bridge_would_give()
    {
        var random = new Random(4711);
        for (var round = 0; round < 500; round++)
        {
            var register = (byte)random.Next(4);
            var length = random.Next(1, 80);
            if (random.Next(4) == 0) WriteRegister(register, (byte)round);
            Assert.Equal(Enumerable.Range(register, length).Select(i => (byte)i), ReadRegister(register, length));
        }
    }

    private protected override FakeDeviceContext CreateContext()
    {
        var context = new FakeDeviceContext();
        context.I2cPort.Present.Add(Sensor);
        return context;
    }

    private protected override IMmioDevice Create(FakeDeviceContext context) =>
        (IMmioDevice)new OpenCoresI2cPlugin().Create(context);

    private protected override void Outside(FakeDeviceContext context, ulong value)
    {
        context.Clock.Advance(0); // what a restore has to do again is under way before it can end
        if (context.I2cPort.IsBusy) context.I2cPort.Complete();
        else context.I2cPort.Slow = (value & 1) != 0;
    }

    private protected override void CheckInvariants(IMmioDevice device, FakeDeviceContext context)
    {
        var status = device.Read8(Status);
        Assert.Equal((status & Interrupt) != 0 && (device.Read8(Control) & 0x40) != 0, context.Line("irq").Level);
    }

    private static IMmioDevice WithReadAhead(int bytes, out FakeDeviceContext context)
    {
        context = new FakeDeviceContext(("readAhead", bytes.ToString()));
        context.I2cPort.Present.Add(Sensor);
        var i2c = (IMmioDevice)new OpenCoresI2cPlugin().Create(context);
        i2c.Write8(Control, 0xC0);
        return i2c;
    }

    private (IMmioDevice Device, FakeDeviceContext Context) Move(IMmioDevice device, FakeDeviceContext context)
    {
        var there = context.Twin();
        var twin = Create(there);
        twin.Restore(StateTree.Of(device));
        return (twin, there);
    }

    private static void Begin(IMmioDevice i2c, byte address, bool read)
    {
        i2c.Write8(Data, (byte)(address << 1 | (read ? 1 : 0)));
        i2c.Write8(Command, Start);
    }

    private static byte Receive(IMmioDevice i2c, byte command)
    {
        i2c.Write8(Command, command);
        return i2c.Read8(Data);
    }

    private void Begin(byte address, bool read) => Begin(_i2c, address, read);

    private void Do(byte command) => _i2c.Write8(Command, command);

    private void Send(byte value)
    {
        _i2c.Write8(Data, value);
        Do(Write);
        Assert.Equal(0, _i2c.Read8(Status) & NotAcknowledged);
    }

    private void WriteRegister(byte register, byte value)
    {
        Begin(Sensor, read: false);
        Send(register);
        Send(value);
        Do(Stop);
    }

    private byte[] ReadRegister(byte register, int length)
    {
        Begin(Sensor, read: false);
        Send(register);
        Begin(Sensor, read: true);
        Assert.Equal(0, _i2c.Read8(Status) & NotAcknowledged);
        var bytes = new byte[length];
        for (var i = 0; i < length; i++) bytes[i] = Receive(_i2c, i == length - 1 ? ReadLast : ReadAcknowledge);
        Do(Stop);
        return bytes;
    }
}
