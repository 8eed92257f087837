// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Cmsdk;

namespace Devices.Tests.Cmsdk;

/// <summary>Arm DDI 0479 and DAI 0385, device by device.</summary>
public sealed class CmsdkTests
{
    private const long ByteNs = 10 * 16 * 40; // with the least divider at 25 MHz

    [Fact]
    public void A_byte_is_sent_only_when_the_transmitter_is_on_and_its_interrupt_stays_until_it_is_cleared()
    {
        var (uart, context) = Make("cmsdk.uart");
        Write(uart, 0x00, 'x', 0x08, 5, 0x00, 'y');
        Assert.Equal("y", context.UartPort.SentText);
        Assert.True(context.Line("tx").Level);
        Write(uart, 0x0C, 1);
        Assert.False(context.Line("tx").Level);
    }

    [Fact]
    public void A_received_byte_waits_until_it_is_read_and_the_next_one_stays_outside()
    {
        var (uart, context) = Make("cmsdk.uart");
        Write(uart, 0x08, 0xA);
        context.UartPort.Type("ab"u8);
        Assert.Equal((2u, 1), (Read(uart, 0x04), context.UartPort.Waiting));
        Assert.True(context.Line("rx").Level);
        Assert.Equal('a', (char)Read(uart, 0x00));
        Write(uart, 0x0C, 2);
        context.Clock.Advance(ByteNs);
        Assert.Equal('b', (char)Read(uart, 0x00));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_byte_raises_the_receive_interrupt_whether_a_handler_reads_first_or_clears_first(bool clearsFirst)
    {
        var (uart, context) = Make("cmsdk.uart");
        Write(uart, 0x08, 0xA);
        context.UartPort.Type("abc"u8);
        foreach (var expected in "abc")
        {
            Assert.True(context.Line("rx").Level);
            if (clearsFirst) Write(uart, 0x0C, 2);
            Assert.Equal(expected, (char)Read(uart, 0x00));
            Write(uart, 0x0C, 2);
            Assert.False(context.Line("rx").Level);
            context.Clock.Advance(ByteNs);
        }
        Assert.False(context.Line("rx").Level);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_edge_while_the_machine_was_on_its_way_interrupts_when_it_runs_again(bool changed)
    {
        var (gpio, _) = Make("cmsdk.gpio");
        Write(gpio, 0x28, 0x100, 0x30, 0x100, 0x20, 0x100); // line 8, rising edge
        var moved = new FakeDeviceContext();
        moved.GpioPort(8).Pull(changed);
        Part.Create(typeof(CmsdkPlugin<>), "device.cmsdk.gpio", moved).Restore(StateTree.Of(gpio));
        Assert.False(moved.Line("irq8").Level);
        moved.Clock.FireDue();
        Assert.Equal(changed, moved.Line("irq8").Level);
    }

    [Fact]
    public void A_timer_reloads_after_zero_and_keeps_its_period_exactly()
    {
        var (timer, context) = Make("cmsdk.timer");
        Write(timer, 0x08, 24_999, 0x00, 9); // 25,000 ticks of 40 ns
        var edges = 0;
        for (var i = 0; i < 100; i++)
        {
            context.Clock.Advance(1_000_000);
            edges += context.Line("irq").Level ? 1 : 0;
            Write(timer, 0x0C, 1);
        }
        Assert.Equal(100, edges);
        Assert.Equal(24_999u, Read(timer, 0x04));
    }

    [Fact]
    public void A_dual_timer_counts_once_or_on_with_its_prescaler()
    {
        var (timer, context) = Make("cmsdk.dualtimer");
        Write(timer, 0x08, 0x27, 0x00, 1562, 0x08, 0xA7); // once, over 16, 32 bits, interrupt
        context.Clock.Advance(990_000);
        Assert.False(context.Line("irq0").Level);
        context.Clock.Advance(20_000);
        Assert.True(context.Line("irq").Level);
        Assert.Equal(0u, Read(timer, 0x04));
        Write(timer, 0x0C, 0);
        context.Clock.Advance(100_000_000);
        Assert.False(context.Line("irq").Level);
    }

    [Fact]
    public void A_watchdog_resets_at_its_second_zero_and_a_lock_keeps_it_from_being_fed()
    {
        var (watchdog, context) = Make("cmsdk.watchdog");
        Write(watchdog, 0x00, 25_000, 0x08, 3, 0xC00, 0);
        context.Clock.Advance(1_100_000);
        Assert.Equal((1u, 0), (Read(watchdog, 0x10), context.Machine.Resets));
        Write(watchdog, 0x0C, 1);
        Assert.Equal(1u, Read(watchdog, 0x10));
        context.Clock.Advance(1_000_000);
        Assert.Equal(1, context.Machine.Resets);
    }

    [Fact]
    public void A_line_is_driven_and_heard_through_its_masks()
    {
        var (gpio, context) = Make("cmsdk.gpio");
        Write(gpio, 0x10, 0xF, 0x400 + (4 * 5), 0xFF); // lines 0 and 2
        Assert.Equal((true, false, true), (context.GpioPort(0).Driven, context.GpioPort(1).Driven, context.GpioPort(2).Driven));
        Write(gpio, 0x20, 0x100, 0x28, 0x100, 0x30, 0x100); // line 8, rising edge
        context.GpioPort(8).Pull(true);
        Assert.True(context.Line("irq8").Level);
        context.GpioPort(8).Pull(false);
        Assert.True(context.Line("irq").Level);
        Write(gpio, 0x38, 0x100);
        Assert.False(context.Line("irq").Level);
    }

    [Fact]
    public void The_boards_lights_buttons_and_clocks_are_where_its_application_note_has_them()
    {
        var (fpga, context) = Make("mps2.fpgaio");
        Write(fpga, 0x00, 2, 0x4C, 0x201);
        Assert.Equal((false, true), (context.GpioPort(0).Driven, context.GpioPort(1).Driven));
        Assert.Equal((true, false, true), (context.GpioPort(4).Driven, context.GpioPort(5).Driven, context.GpioPort(13).Driven));
        context.GpioPort(3).Pull(true);
        Assert.Equal(2u, Read(fpga, 0x08));
        context.Clock.Advance(2_500_000_000);
        Assert.Equal((2u, 250u), (Read(fpga, 0x10), Read(fpga, 0x14)));
    }

    [Fact]
    public void The_controller_says_which_image_it_is_drives_its_lights_and_reads_its_switches()
    {
        var (scc, context) = Make("mps2.scc");
        Write(scc, 0x04, 0x81);
        Assert.Equal((true, false, true), (context.GpioPort(0).Driven, context.GpioPort(1).Driven, context.GpioPort(7).Driven));
        context.GpioPort(15).Pull(true);
        Assert.Equal(0x80u, Read(scc, 0x0C));
        Assert.Equal(0x4104_3850u, Read(scc, 0xFFC)); // AN385
        Write(scc, 0xA8, 0x8010_0000);
        Assert.Equal(1u, Read(scc, 0xAC)); // a request is done at once
    }

    [Fact]
    public void Toggled_lines_are_a_transaction_on_the_bus()
    {
        var (bus, context) = Make("mps2.sbcon");
        context.I2cPort.Present.Add(0x50);
        var wire = new TwoWires(bus);
        wire.Start();
        Assert.True(wire.Send(0xA0));
        Assert.True(wire.Send(0x12));
        wire.Start();
        Assert.True(wire.Send(0xA1));
        Assert.Equal(0x12, wire.Receive(acknowledge: true));
        Assert.Equal(0x13, wire.Receive(acknowledge: false));
        wire.Stop();
        wire.Start();
        Assert.False(wire.Send(0x22));
        wire.Stop();
    }

    [Fact]
    public void Frames_go_out_and_come_in_through_the_fifos()
    {
        var (spi, context) = Make("pl022");
        Write(spi, 0x00, 0x07, 0x04, 2, 0x08, 0x12, 0x08, 0x34);
        Assert.Equal("1234", context.SpiPort(0).Selections[^1]);
        Assert.Equal((0xEDu, 0xCBu), (Read(spi, 0x08), Read(spi, 0x08)));
        Assert.Equal(3u, Read(spi, 0x0C));
    }

    private static (IMmioDevice Device, FakeDeviceContext Context) Make(string device)
    {
        var context = new FakeDeviceContext();
        return (Part.Create(typeof(CmsdkPlugin<>), $"device.{device}", context), context);
    }

    private static uint Read(IMmioDevice device, uint offset) => (uint)device.Read(offset, AccessWidth.Word);

    private static void Write(IMmioDevice device, params ReadOnlySpan<uint> writes)
    {
        for (var i = 0; i < writes.Length; i += 2) device.Write(writes[i], AccessWidth.Word, writes[i + 1]);
    }

    /// <summary>What a driver does with the two lines.</summary>
    private sealed class TwoWires(IMmioDevice bus)
    {
        public void Start()
        {
            Data(true);
            Clock(true);
            Data(false);
            Clock(false);
        }

        public void Stop()
        {
            Data(false);
            Clock(true);
            Data(true);
        }

        public bool Send(byte value)
        {
            for (var bit = 7; bit >= 0; bit--) Pulse((value >> bit & 1) != 0);
            Data(true);
            Clock(true);
            var acknowledged = (Read(bus, 0) & 2) == 0;
            Clock(false);
            return acknowledged;
        }

        public byte Receive(bool acknowledge)
        {
            var value = 0;
            Data(true);
            for (var bit = 0; bit < 8; bit++)
            {
                Clock(true);
                value = value << 1 | (int)(Read(bus, 0) >> 1 & 1);
                Clock(false);
            }
            Pulse(!acknowledge);
            return (byte)value;
        }

        private void Pulse(bool level)
        {
            Data(level);
            Clock(true);
            Clock(false);
        }

        private void Data(bool level) => Write(bus, level ? 0u : 4, 2);

        private void Clock(bool level) => Write(bus, level ? 0u : 4, 1);
    }
}
