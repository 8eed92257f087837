// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Nrf51;

namespace Devices.Tests.Nrf51;

/// <summary>nRF51 Series Reference Manual v3.0, chapter by chapter.</summary>
public sealed class NrfTests
{
    private const uint Start = 0x00, Stop = 0x04, InterruptSet = 0x304, InterruptClear = 0x308;

    [Fact]
    public void A_received_byte_raises_the_interrupt_and_the_next_one_follows_when_it_is_read()
    {
        var (uart, context) = Make("uart");
        Write(uart, 0x500, 4, 0x00, 1, InterruptSet, 4);

        context.UartPort.Type("ab"u8);

        Assert.True(context.Line("irq").Level);
        Write(uart, 0x108, 0);
        Assert.False(context.Line("irq").Level);
        Assert.Equal('a', (char)Read(uart, 0x518));
        Assert.Equal(0u, Read(uart, 0x108));
        context.Clock.Advance(40_000); // at the 250,000 baud after reset
        Assert.Equal(1u, Read(uart, 0x108));
        Assert.Equal('b', (char)Read(uart, 0x518));
    }

    [Fact]
    public void A_receiver_that_was_not_started_takes_nothing_and_a_full_one_no_more_than_six()
    {
        var (uart, context) = Make("uart");
        context.UartPort.Type("12345678"u8);
        Assert.Equal(8, context.UartPort.Waiting);
        Write(uart, 0x500, 4, 0x00, 1);
        Assert.Equal(7, context.UartPort.Waiting);
        context.Clock.Advance(1_000_000);
        Assert.Equal(2, context.UartPort.Waiting);
    }

    [Fact]
    public void Bytes_come_in_no_faster_than_the_wire_carries_them()
    {
        var (uart, context) = Make("uart");
        context.UartPort.Type("12345678"u8);
        Write(uart, 0x500, 4, 0x524, 0x01D7_E000, 0x00, 1); // 115,200 baud: 86.8 us each
        context.Clock.Advance(86_000);
        Assert.Equal(7, context.UartPort.Waiting);
        context.Clock.Advance(1_000);
        Assert.Equal(6, context.UartPort.Waiting);
        context.Clock.Advance(3 * 86_900);
        Assert.Equal(3, context.UartPort.Waiting);
    }

    [Fact]
    public void A_sent_byte_is_ready_after_its_time_on_the_wire()
    {
        var (uart, context) = Make("uart");
        Write(uart, 0x500, 4, 0x524, 0x01D7_E000, 0x08, 1, 0x51C, 'x'); // 115,200 baud
        Assert.Equal("x", context.UartPort.SentText);
        context.Clock.Advance(86_000);
        Assert.Equal(0u, Read(uart, 0x11C));
        context.Clock.Advance(1_000);
        Assert.Equal(1u, Read(uart, 0x11C));
    }

    [Fact]
    public void A_timer_reaches_its_compare_value_clears_by_its_shortcut_and_never_drifts()
    {
        var (timer, context) = Make("timer");
        Write(timer, 0x510, 4, 0x540, 1000, 0x200, 1, InterruptSet, 1 << 16, Start, 1); // 1 MHz, every 1000 ticks
        var edges = 0;
        for (var i = 0; i < 1000; i++)
        {
            context.Clock.Advance(1_000_000);
            if (context.Line("irq").Level) edges++;
            Write(timer, 0x140, 0);
        }
        Assert.Equal(1000, edges);
        Write(timer, 0x44, 1); // capture 1
        Assert.Equal(0u, Read(timer, 0x544));
    }

    [Fact]
    public void What_a_timer_missed_while_nobody_listened_is_seen_at_the_next_look()
    {
        var (timer, context) = Make("timer");
        Write(timer, 0x508, 3, 0x540, 500, Start, 1);
        Assert.False(context.Clock.HasTimers);
        context.Clock.Advance(600_000);
        Assert.Equal(1u, Read(timer, 0x140));
        Write(timer, 0x40, 1);
        Assert.Equal(600u, Read(timer, 0x540));
        Write(timer, Stop, 1);
        context.Clock.Advance(600_000);
        Write(timer, 0x40, 1);
        Assert.Equal(600u, Read(timer, 0x540));
    }

    [Fact]
    public void On_a_live_clock_no_round_of_a_timer_goes_by_without_its_event()
    {
        var (timer, context) = Make("timer");
        context.Clock.StepNs = 45;
        Write(timer, 0x508, 1, 0x510, 0, 0x540, 100, Start, 1); // 8 bits at 16 MHz: a round of 16 us
        var startNs = context.Clock.NowNs;
        var events = 0L;
        while (context.Clock.NowNs - startNs < 1_000 * 16_000)
        {
            context.Clock.Elapse(500);
            if (Read(timer, 0x140) == 0) continue;
            events++;
            Write(timer, 0x140, 0);
        }
        Assert.InRange(events, 999, 1_001);
    }

    [Fact]
    public void On_a_live_clock_a_captured_count_is_no_event()
    {
        var (timer, context) = Make("timer");
        context.Clock.StepNs = 45;
        Write(timer, 0x510, 0, Start, 1);
        for (var i = 0; i < 100; i++)
        {
            Write(timer, 0x40, 1);
            Assert.Equal(0u, Read(timer, 0x140));
        }
    }

    [Theory]
    [InlineData(false, 0u, 0x100u)]
    [InlineData(true, 0u, 0x100u)] // channel 0
    [InlineData(false, 0x2_0000u, 0x17Cu)]
    [InlineData(true, 0x2_0000u, 0x17Cu)] // a pin that senses high: PORT
    public void An_edge_while_the_machine_was_on_its_way_goes_to_gpiote_when_it_runs_again(bool changed, uint pin, uint happened)
    {
        var (context, moved) = (new FakeDeviceContext(), new FakeDeviceContext());
        var (gpio, gpiote) = (Device("gpio", context), Device("gpiote", context.With()));
        Write(gpio, 0x708, pin); // pin 2: an input
        Write(gpiote, 0x510, 0x1_0201); // channel 0: pin 2 rises
        moved.GpioPort(2).Pull(changed);
        var (movedGpio, movedGpiote) = (Device("gpio", moved), Device("gpiote", moved.With()));
        movedGpio.Restore(StateTree.Of(gpio));
        movedGpiote.Restore(StateTree.Of(gpiote));
        moved.Clock.FireDue();
        Assert.Equal(changed ? 1u : 0, Read(movedGpiote, happened));
    }

    [Theory]
    [InlineData(0x601u, true)] // disconnected at one
    [InlineData(0x401u, false)] // disconnected at zero
    public void A_pin_whose_drive_is_disconnected_at_its_level_reads_what_the_outside_makes_of_it(uint configuration, bool lettingGo)
    {
        var (gpio, context) = Make("gpio");
        Write(gpio, 0x714, configuration, lettingGo ? 0x508u : 0x50C, 0x20); // pin 5
        context.GpioPort(5).Pull(!lettingGo);
        Assert.Equal(lettingGo ? 0 : 0x20u, Read(gpio, 0x510) & 0x20);
        context.GpioPort(5).Pull(lettingGo);
        Assert.Equal(lettingGo ? 0x20u : 0, Read(gpio, 0x510) & 0x20);
        Write(gpio, lettingGo ? 0x50Cu : 0x508, 0x20);
        Assert.Equal(lettingGo ? 0 : 0x20u, Read(gpio, 0x510) & 0x20);
    }

    [Fact]
    public void A_counter_counts_tasks()
    {
        var (timer, _) = Make("timer");
        Write(timer, 0x504, 1, 0x540, 2, 0x08, 1);
        Assert.Equal(0u, Read(timer, 0x140));
        Write(timer, 0x08, 1);
        Assert.Equal(1u, Read(timer, 0x140));
    }

    [Fact]
    public void The_rtc_counts_the_slow_clock_over_its_prescaler_and_overflows_after_24_bits()
    {
        var (rtc, context) = Make("rtc");
        Write(rtc, 0x508, 32, Start, 1); // 32,768 / 33 Hz
        context.Clock.Advance(1_000_000_000);
        Assert.Equal(992u, Read(rtc, 0x504));
        Write(rtc, 0x0C, 1, InterruptSet, 2);
        Assert.Equal(0xFF_FFF0u, Read(rtc, 0x504));
        context.Clock.Advance(20_000_000);
        Assert.True(context.Line("irq").Level);
        Write(rtc, 0x104, 0);
        Assert.False(context.Line("irq").Level);
    }

    [Fact]
    public void A_pin_drives_its_line_and_reads_it_when_its_input_is_connected()
    {
        var (gpio, context) = Make("gpio");
        Write(gpio, 0x508, 8, 0x518, 8);
        Assert.Equal([true], context.GpioPort(3).Trace);
        Write(gpio, 0x50C, 8);
        Assert.Equal([true, false], context.GpioPort(3).Trace);
        context.GpioPort(5).Pull(true);
        Assert.Equal(0u, Read(gpio, 0x510));
        Write(gpio, 0x714, 0xC);
        Assert.Equal(1u << 5, Read(gpio, 0x510));
        Assert.Equal(new GpioMode(GpioDirection.Input, GpioBias.PullUp), context.GpioPort(5).Mode);
    }

    [Fact]
    public void An_edge_goes_through_gpiote_and_ppi_to_a_task_without_the_core()
    {
        var context = new FakeDeviceContext(("id", "6"));
        var gpio = Device("gpio", context.With());
        var gpiote = Device("gpiote", context);
        var ppi = Device("ppi", context.With());
        Write(gpio, 0x708, 0); // pin 2: an input
        Write(gpiote, 0x510, 0x1_0201, 0x514, 0x3_0303); // channel 0: pin 2 rises; channel 1: pin 3 toggles
        Write(ppi, 0x510, 0x4000_6100, 0x514, 0x4000_6004, 0x504, 1);

        context.GpioPort(2).Pull(true);
        context.GpioPort(2).Pull(false);
        context.GpioPort(2).Pull(true);

        Assert.Equal([false, true, false], context.GpioPort(3).Trace);
        Assert.Equal(1u, Read(gpiote, 0x100));
    }

    [Fact]
    public void The_port_event_comes_when_the_first_pin_gets_to_the_level_it_senses()
    {
        var context = new FakeDeviceContext(("id", "6"));
        var gpio = Device("gpio", context.With());
        var gpiote = Device("gpiote", context);
        Write(gpiote, 0x300, 1u << 31);
        context.GpioPort(4).Pull(true);
        Write(gpio, 0x70C, 0x2_0000, 0x710, 0x3_0000); // pin 3 senses high, pin 4 low
        Assert.Equal(0u, Read(gpiote, 0x17C));

        context.GpioPort(3).Pull(true);
        Assert.Equal(1u, Read(gpiote, 0x17C));
        Assert.True(context.Line("irq").Level);
        Write(gpiote, 0x17C, 0);
        context.GpioPort(4).Pull(false); // DETECT is high already
        Assert.Equal(0u, Read(gpiote, 0x17C));
        context.GpioPort(3).Pull(false);
        context.GpioPort(4).Pull(true);
        Write(gpio, 0x710, 0x2_0000); // a pin that senses the level it has
        Assert.Equal(1u, Read(gpiote, 0x17C));
        Write(gpiote, 0x17C, 0);
        Write(gpio, 0x710, 0x2); // a disconnected input senses nothing
        Write(gpio, 0x710, 0x2_0002);
        Assert.Equal(0u, Read(gpiote, 0x17C));
    }

    [Fact]
    public void A_temperature_is_ready_after_its_conversion_in_quarters_of_a_degree()
    {
        var (temperature, context) = Make("temp");
        Write(temperature, InterruptSet, 1, Start, 1);
        context.Clock.Advance(34_000);
        Assert.Equal(0u, Read(temperature, 0x100));
        context.Clock.Advance(1_000);
        Assert.True(context.Line("irq").Level);
        Assert.Equal(84u, Read(temperature, 0x508)); // 21 degrees
    }

    [Fact]
    public void Random_bytes_come_one_after_another_until_they_are_stopped_and_one_only_by_the_shortcut()
    {
        var (random, context) = Make("rng");
        Write(random, 0x504, 1, Start, 1);
        var drawn = new HashSet<uint>();
        for (var i = 0; i < 32; i++)
        {
            Assert.Equal(0u, Read(random, 0x100));
            context.Clock.Advance(677_000);
            Assert.Equal(1u, Read(random, 0x100));
            drawn.Add(Read(random, 0x508));
            Write(random, 0x100, 0);
        }
        Assert.True(drawn.Count > 8);
        Assert.All(drawn, value => Assert.InRange(value, 0u, 255u));
        Write(random, 0x200, 1);
        context.Clock.Advance(677_000);
        Write(random, 0x100, 0);
        context.Clock.Advance(10_000_000);
        Assert.Equal(0u, Read(random, 0x100));
    }

    [Fact]
    public void The_factory_says_what_the_part_has_and_who_it_is()
    {
        var (ficr, _) = Make("ficr");
        var other = Device("ficr", new FakeDeviceContext(("identity", "another")));
        Assert.Equal((0x400u, 256u), (Read(ficr, 0x10), Read(ficr, 0x14)));
        Assert.Equal(uint.MaxValue, Read(ficr, 0x00));
        Assert.NotEqual((Read(ficr, 0x60), Read(ficr, 0x64)), (Read(other, 0x60), Read(other, 0x64)));
        Assert.Equal(Read(ficr, 0xA4), Read(Make("ficr").Device, 0xA4));
    }

    [Fact]
    public void A_register_of_a_target_is_written_and_read_as_the_bus_saw_it()
    {
        var (twi, context) = Make("serial");
        context.I2cPort.Present.Add(0x1D);
        Write(twi, 0x500, 5, 0x588, 0x1D, 0x08, 1, 0x51C, 0x0D);
        context.Clock.Advance(200_000);
        Assert.Equal(1u, Read(twi, 0x11C));
        Write(twi, 0x200, 2, 0x00, 1); // read one byte, then stop
        context.Clock.Advance(200_000);
        Assert.Equal((1u, 1u), (Read(twi, 0x108), Read(twi, 0x104)));
        Assert.Equal(0x0Du, Read(twi, 0x518));
        Assert.StartsWith("W1D:0D R1D:", context.I2cPort.Transactions[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_where_nobody_is_is_an_error()
    {
        var (twi, _) = Make("serial");
        Write(twi, 0x500, 5, 0x588, 0x2A, 0x08, 1);
        Assert.Equal((1u, 2u), (Read(twi, 0x124), Read(twi, 0x4C4)));
        Write(twi, 0x14, 1, 0x4C4, 2);
        Assert.Equal((1u, 0u), (Read(twi, 0x104), Read(twi, 0x4C4)));
    }

    [Fact]
    public void A_start_and_a_stop_alone_tell_whether_somebody_is_at_an_address()
    {
        var (twi, context) = Make("serial");
        context.I2cPort.Present.Add(0x1D);
        Write(twi, 0x500, 5, 0x588, 0x1C, 0x08, 1, 0x104, 0, 0x14, 1);
        Assert.Equal((1u, 2u), (Read(twi, 0x104), Read(twi, 0x4C4)));

        Write(twi, 0xFFC, 0, 0xFFC, 1); // without power the error is forgotten, and all else with it
        Assert.Equal((0u, 0u, 0u), (Read(twi, 0x104), Read(twi, 0x4C4), Read(twi, 0x500)));

        Write(twi, 0x500, 5, 0x588, 0x1D, 0x08, 1, 0x104, 0, 0x14, 1);
        Assert.Equal((1u, 0u), (Read(twi, 0x104), Read(twi, 0x4C4)));
    }

    [Theory]
    [InlineData(0x1D, 0u)]
    [InlineData(0x1C, 2u)]
    public void A_stop_waits_for_the_answer_to_the_address(uint address, uint errors)
    {
        var (twi, context) = Make("serial");
        context.I2cPort.Present.Add(0x1D);
        context.I2cPort.Slow = true;
        Write(twi, 0x500, 5, 0x588, address, 0x08, 1, 0x104, 0, 0x14, 1);
        Assert.Equal(0u, Read(twi, 0x104));
        context.I2cPort.Complete();
        Assert.Equal((1u, errors), (Read(twi, 0x104), Read(twi, 0x4C4)));
    }

    [Fact]
    public void A_byte_goes_out_by_spi_and_another_comes_in()
    {
        var (spi, context) = Make("serial");
        Write(spi, 0x500, 1, 0x51C, 0x5A);
        Assert.Equal("5A", context.SpiPort(0).Selections[^1]);
        context.Clock.Advance(100_000);
        Assert.Equal(1u, Read(spi, 0x108));
        Assert.Equal(0xA5u, Read(spi, 0x518));
        Write(spi, 0x500, 0);
        Assert.False(context.SpiPort(0).Selected);
    }

    [Fact]
    public void A_voltage_is_measured_against_the_inner_reference()
    {
        var (adc, context) = Make("adc");
        context.AdcPort(4).Microvolts = 600_000;
        Write(adc, 0x504, 0x1002, 0x00, 1); // 10 bits, unscaled, 1.2 V, input 4
        Assert.Equal(1u, Read(adc, 0x400));
        context.Clock.Advance(70_000);
        Assert.Equal((1u, 512u), (Read(adc, 0x100), Read(adc, 0x508)));
    }

    [Fact]
    public void A_watchdog_that_is_not_fed_resets_the_machine()
    {
        var (watchdog, context) = Make("wdt");
        Write(watchdog, 0x504, 32_767, 0x00, 1);
        context.Clock.Advance(900_000_000);
        Write(watchdog, 0x600, 0x6E52_4635);
        context.Clock.Advance(900_000_000);
        Assert.Equal(0, context.Machine.Resets);
        context.Clock.Advance(200_000_000);
        Assert.Equal(1, context.Machine.Resets);
    }

    [Fact]
    public void A_disabled_interrupt_is_silent()
    {
        var (clock, context) = Make("clock");
        Write(clock, InterruptSet, 1, 0x00, 1);
        Assert.True(context.Line("irq").Level);
        Assert.Equal(0x1_0001u, Read(clock, 0x40C));
        Write(clock, InterruptClear, 1);
        Assert.False(context.Line("irq").Level);
    }

    private static (IMmioDevice Device, FakeDeviceContext Context) Make(string device)
    {
        var context = new FakeDeviceContext();
        return (Device(device, context), context);
    }

    private static IMmioDevice Device(string device, FakeDeviceContext context) => Part.Create(typeof(NrfPlugin<>), $"device.nrf51.{device}", context);

    private static uint Read(IMmioDevice device, uint offset) => (uint)device.Read(offset, AccessWidth.Word);

    // Offset, value, offset, value, …
    private static void Write(IMmioDevice device, params ReadOnlySpan<uint> writes)
    {
        for (var i = 0; i < writes.Length; i += 2) device.Write(writes[i], AccessWidth.Word, writes[i + 1]);
    }
}
