// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Uart16550;

namespace Devices.Tests.Uart;

public sealed class Uart16550Tests
{
    private const uint Data = 0, InterruptEnable = 1, Identification = 2, FifoControl = 2, LineControl = 3,
        ModemControl = 4, LineStatus = 5, ModemStatus = 6, Scratch = 7;

    private readonly FakeDeviceContext _context;
    private readonly IMmioDevice _uart;

    public Uart16550Tests()
    {
        _context = new FakeDeviceContext();
        _uart = Create(_context);
    }

    private bool Irq => _context.Line("irq").Level;

    [Fact]
    public void Reset_values_are_those_of_the_data_sheet()
    {
        Assert.Equal(0x00, _uart.Read8(InterruptEnable));
        Assert.Equal(0x01, _uart.Read8(Identification));
        Assert.Equal(0x00, _uart.Read8(LineControl));
        Assert.Equal(0x00, _uart.Read8(ModemControl));
        Assert.Equal(0x60, _uart.Read8(LineStatus));
        Assert.Equal(0xB0, _uart.Read8(ModemStatus));
        Assert.False(Irq);
    }

    [Fact]
    public void A_written_byte_goes_out_at_once()
    {
        foreach (var b in "Hi"u8) _uart.Write8(Data, b);
        Assert.Equal("Hi", _context.UartPort.SentText);
        Assert.Equal(0x60, _uart.Read8(LineStatus));
    }

    [Fact]
    public void A_typed_byte_is_read_once()
    {
        _context.UartPort.Type((byte)'x');
        Assert.Equal(0x61, _uart.Read8(LineStatus));
        Assert.Equal((byte)'x', _uart.Read8(Data));
        Assert.Equal(0x60, _uart.Read8(LineStatus));
        Assert.Equal(0, _uart.Read8(Data));
    }

    [Fact]
    public void Reading_the_last_byte_drops_the_line()
    {
        _uart.Write8(InterruptEnable, 0x01);
        _context.UartPort.Type(1, 2);
        Assert.True(Irq);
        Assert.Equal(0x04, _uart.Read8(Identification));
        _uart.Read8(Data);
        Assert.True(Irq);
        _uart.Read8(Data);
        Assert.False(Irq);
    }

    [Fact]
    public void Without_fifos_one_byte_is_held_and_the_rest_waits_at_the_host()
    {
        _context.UartPort.Type(1, 2, 3);
        Assert.Equal(2, _context.UartPort.Waiting);
        Assert.Equal([1, 2, 3], new[] { _uart.Read8(Data), _uart.Read8(Data), _uart.Read8(Data) });
    }

    [Fact]
    public void The_fifo_takes_sixteen_bytes_and_never_loses_one()
    {
        _uart.Write8(FifoControl, 0x01);
        _context.UartPort.Type([.. Enumerable.Range(0, 40).Select(i => (byte)i)]);
        Assert.Equal(24, _context.UartPort.Waiting);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => (byte)i), Enumerable.Range(0, 40).Select(_ => _uart.Read8(Data)));
        Assert.Equal(0, _uart.Read8(LineStatus) & 0x02);
    }

    [Theory]
    [InlineData(0x01, 1)]
    [InlineData(0x41, 4)]
    [InlineData(0x81, 8)]
    [InlineData(0xC1, 14)]
    public void The_received_interrupt_comes_at_the_trigger_level(byte fifoControl, int level)
    {
        _uart.Write8(FifoControl, fifoControl);
        _uart.Write8(InterruptEnable, 0x01);
        for (var i = 0; i < level; i++)
        {
            Assert.False(Irq);
            _context.UartPort.Type(0x55);
        }
        Assert.True(Irq);
        Assert.Equal(0xC4, _uart.Read8(Identification));
        _uart.Read8(Data);
        Assert.False(Irq);
    }

    [Fact]
    public void Data_below_the_trigger_level_is_reported_after_four_characters_time()
    {
        _uart.Write8(LineControl, 0x83);
        _uart.Write8(Data, 2); // 115,200 baud of 3.6864 MHz
        _uart.Write8(LineControl, 0x03); // 8 data bits, no parity, 1 stop bit: 10 bits
        _uart.Write8(FifoControl, 0xC1);
        _uart.Write8(InterruptEnable, 0x01);
        _context.UartPort.Type(1, 2);
        const long FourCharactersNs = 40L * 1_000_000_000 / 115_200;
        _context.Clock.Advance(FourCharactersNs - 2_000);
        Assert.False(Irq);
        _context.Clock.Advance(4_000);
        Assert.True(Irq);
        Assert.Equal(0xCC, _uart.Read8(Identification));
        _context.UartPort.Type(3);
        Assert.True(Irq); // a byte that comes takes back nothing
        _uart.Read8(Data);
        Assert.False(Irq);
        _context.Clock.Advance(FourCharactersNs + 2_000);
        Assert.True(Irq);
    }

    [Fact]
    public void Enabling_the_transmitter_interrupt_raises_it_and_identifying_acknowledges_it()
    {
        _uart.Write8(InterruptEnable, 0x02);
        Assert.True(Irq);
        Assert.Equal(0x02, _uart.Read8(Identification));
        Assert.False(Irq);
        Assert.Equal(0x01, _uart.Read8(Identification));
        _uart.Write8(Data, (byte)'a');
        Assert.True(Irq);
        Assert.Equal(0x02, _uart.Read8(Identification));
    }

    [Fact]
    public void Identifying_another_source_does_not_acknowledge_the_transmitter()
    {
        _uart.Write8(InterruptEnable, 0x03);
        _context.UartPort.Type(7);
        Assert.Equal(0x04, _uart.Read8(Identification));
        _uart.Read8(Data);
        Assert.Equal(0x02, _uart.Read8(Identification));
        Assert.False(Irq);
    }

    [Fact]
    public void Sources_are_identified_in_the_order_of_their_priority()
    {
        _uart.Write8(ModemControl, 0x10);
        _uart.Write8(Data, 1);
        _uart.Write8(Data, 2); // overrun: without FIFOs the first is lost
        _uart.Write8(InterruptEnable, 0x0F);
        Assert.Equal(0x06, _uart.Read8(Identification));
        Assert.Equal(0x63, _uart.Read8(LineStatus));
        Assert.Equal(0x04, _uart.Read8(Identification));
        Assert.Equal(2, _uart.Read8(Data));
        Assert.Equal(0x02, _uart.Read8(Identification));
        Assert.Equal(0x00, _uart.Read8(Identification));
        _uart.Read8(ModemStatus);
        Assert.Equal(0x01, _uart.Read8(Identification));
        Assert.False(Irq);
    }

    [Fact]
    public void Loopback_returns_what_is_sent_and_keeps_the_host_out()
    {
        _uart.Write8(ModemControl, 0x10);
        _context.UartPort.Type(9);
        _uart.Write8(Data, 0x42);
        Assert.Equal(0x42, _uart.Read8(Data));
        Assert.Empty(_context.UartPort.Sent);
        Assert.Equal(1, _context.UartPort.Waiting);
        _uart.Write8(ModemControl, 0x00);
        Assert.Equal(9, _uart.Read8(Data));
    }

    [Theory]
    [InlineData(0x11, 0x20)]
    [InlineData(0x12, 0x10)]
    [InlineData(0x14, 0x40)]
    [InlineData(0x18, 0x80)]
    [InlineData(0x1A, 0x90)] // what Linux checks when it looks for a port
    public void Loopback_returns_the_modem_outputs_as_inputs(byte modemControl, byte modemStatus)
    {
        _uart.Write8(ModemControl, modemControl);
        Assert.Equal(modemStatus, _uart.Read8(ModemStatus) & 0xF0);
    }

    [Fact]
    public void A_full_fifo_in_loopback_overruns_and_keeps_the_first_sixteen()
    {
        _uart.Write8(FifoControl, 0x01);
        _uart.Write8(ModemControl, 0x10);
        for (byte i = 0; i < 17; i++) _uart.Write8(Data, i);
        Assert.Equal(0x63, _uart.Read8(LineStatus));
        Assert.Equal(0x61, _uart.Read8(LineStatus));
        Assert.Equal(0, _uart.Read8(Data));
    }

    [Fact]
    public void The_divisor_hides_behind_its_access_bit()
    {
        _uart.Write8(LineControl, 0x80);
        _uart.Write8(0, 0x34);
        _uart.Write8(1, 0x12);
        Assert.Equal(0x34, _uart.Read8(0));
        Assert.Equal(0x12, _uart.Read8(1));
        _uart.Write8(LineControl, 0x03);
        Assert.Equal(0, _uart.Read8(InterruptEnable));
        Assert.Empty(_context.UartPort.Sent);
    }

    [Fact]
    public void Only_the_four_interrupt_enables_of_a_16550_exist()
    {
        _uart.Write8(InterruptEnable, 0xFF);
        Assert.Equal(0x0F, _uart.Read8(InterruptEnable));
    }

    [Fact]
    public void The_scratch_register_keeps_a_byte()
    {
        _uart.Write8(Scratch, 0xA5);
        Assert.Equal(0xA5, _uart.Read8(Scratch));
    }

    [Fact]
    public void Clearing_the_receiver_drops_data_and_line()
    {
        _uart.Write8(FifoControl, 0x01);
        _uart.Write8(InterruptEnable, 0x01);
        _context.UartPort.Type(1, 2, 3);
        _uart.Write8(FifoControl, 0x03);
        Assert.False(Irq);
        Assert.Equal(0x60, _uart.Read8(LineStatus));
    }

    [Fact]
    public void A_register_shift_spreads_the_registers()
    {
        var uart = Create(new FakeDeviceContext(("registerShift", "2")));
        uart.Write32(Scratch << 2, 0x5A);
        Assert.Equal(0x5Au, uart.Read32(Scratch << 2));
        Assert.Equal(0x60u, uart.Read32(LineStatus << 2));
    }

    [Fact]
    public void Creating_and_restoring_take_no_byte_from_the_host()
    {
        var context = new FakeDeviceContext();
        context.UartPort.Type(1, 2);
        var uart = Create(context);
        uart.Reset();
        Assert.Equal(2, context.UartPort.Waiting);
        Assert.Equal(0x61, uart.Read8(LineStatus));
        Assert.Equal(1, uart.Read8(Data));
    }

    [Fact]
    public void Offsets_beyond_the_registers_are_unassigned()
    {
        Assert.Equal(0, _uart.Read8(8));
        _uart.Write8(0xFF, 1);
        Assert.Equal([8u], _context.Unassigned.Reads);
        Assert.Equal([0xFFu], _context.Unassigned.Writes);
    }

    [Fact]
    public void A_misspelt_option_is_refused_by_name()
    {
        var context = new FakeDeviceContext(("regShift", "2"));
        var error = Assert.Throws<OptionException>(() => new Uart16550Plugin().Create(context));
        Assert.Equal("regShift", error.Option);
    }

    private static IMmioDevice Create(FakeDeviceContext context) => (IMmioDevice)new Uart16550Plugin().Create(context);
}
