// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Stm32;

namespace Devices.Tests.Stm32;

/// <summary>ST RM0033, block by block.</summary>
public sealed class StmTests
{
    [Fact]
    public void A_usart_sends_receives_and_raises_its_line_as_its_flags_say()
    {
        var (usart, context) = Make("usart");
        Assert.Equal(0xC0u, Read(usart, 0x00));
        Write(usart, 0x0C, 0x202C, 0x04, 'x');
        Assert.Equal("x", context.UartPort.SentText);
        context.UartPort.Type("ab"u8);
        Assert.True(context.Line("irq").Level);
        Assert.Equal('a', (char)Read(usart, 0x04));
        Assert.Equal(0xE0u, Read(usart, 0x00));
        Assert.Equal('b', (char)Read(usart, 0x04));
        Assert.False(context.Line("irq").Level);
    }

    [Fact]
    public void A_usart_raises_its_line_for_each_byte_and_when_its_receiver_is_switched_on()
    {
        var (usart, context) = Make("usart");
        context.UartPort.Type("abc"u8);
        Write(usart, 0x0C, 0x2024);
        foreach (var expected in "abc")
        {
            Assert.True(context.Line("irq").Level);
            Assert.Equal(expected, (char)Read(usart, 0x04));
        }
        Assert.False(context.Line("irq").Level);
    }

    [Fact]
    public void An_open_drain_pin_that_does_not_pull_reads_what_the_outside_makes_of_it()
    {
        var (gpio, context) = Make("gpio");
        Write(gpio, 0x04, 0x20, 0x14, 0x20, 0x00, 1 << 10); // pin 5
        Assert.Equal(0u, Read(gpio, 0x10) & 0x20);
        context.GpioPort(5).Pull(true);
        Assert.Equal(0x20u, Read(gpio, 0x10) & 0x20);
        Write(gpio, 0x14, 0);
        Assert.Equal(0u, Read(gpio, 0x10) & 0x20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_edge_while_the_machine_was_on_its_way_goes_to_exti_when_it_runs_again(bool changed)
    {
        var (context, moved) = (new FakeDeviceContext(("port", "a")), new FakeDeviceContext(("port", "a")));
        var (gpio, exti) = (Device("gpio", context), Device("exti", context.With()));
        Write(exti, 0x00, 8, 0x08, 8, 0x0C, 8); // line 3, both edges
        moved.GpioPort(3).Pull(changed);
        var (movedGpio, movedExti) = (Device("gpio", moved), Device("exti", moved.With()));
        movedGpio.Restore(StateTree.Of(gpio));
        movedExti.Restore(StateTree.Of(exti));
        moved.Clock.FireDue();
        Assert.Equal(changed, moved.Line("irq3").Level);
    }

    [Fact]
    public void A_pin_is_set_and_reset_by_halves_and_an_edge_goes_to_exti()
    {
        var context = new FakeDeviceContext();
        var syscfg = Device("syscfg", context);
        var exti = Device("exti", context.With());
        var gpio = Device("gpio", context.With(("port", "c")));
        Write(gpio, 0x00, 1 << 10, 0x18, 0x20, 0x18, 0x20_0000); // pin 5
        Assert.Equal([false, true, false], context.GpioPort(5).Trace);
        Write(syscfg, 0x08, 0x2000); // line 3 listens to port C
        Write(exti, 0x00, 8, 0x08, 8);
        context.GpioPort(3).Pull(true);
        Assert.True(context.Line("irq3").Level);
        Write(exti, 0x14, 8);
        Assert.False(context.Line("irq3").Level);
    }

    [Fact]
    public void A_timer_updates_on_time_and_makes_a_wave()
    {
        var (tim, context) = Make("tim");
        Write(tim, 0x28, 59, 0x2C, 999, 0x34, 250, 0x18, 0x60, 0x20, 1, 0x0C, 1, 0x00, 1); // 1 MHz, 1 ms, a quarter high
        var edges = 0;
        for (var i = 0; i < 50; i++)
        {
            context.Clock.Advance(1_000_000);
            edges += context.Line("irq").Level ? 1 : 0;
            Write(tim, 0x10, 0);
        }
        Assert.Equal(50, edges);
        Assert.Equal(new PwmSetting(1_000_000, 250_000, Enabled: true), context.PwmPort(0).Setting);
        Write(tim, 0x00, 0);
        Assert.Equal(PwmSetting.Off, context.PwmPort(0).Setting);
    }

    [Fact]
    public void An_advanced_timer_raises_updates_and_compares_apart()
    {
        var (tim, context) = Make("tim");
        Write(tim, 0x28, 59, 0x2C, 999, 0x34, 250, 0x0C, 3, 0x00, 1); // 1 MHz, 1 ms, compare at a quarter
        context.Clock.Advance(250_000);
        Assert.Equal((false, true, true), (context.Line("update").Level, context.Line("compare").Level, context.Line("irq").Level));
        Write(tim, 0x10, ~2u);
        context.Clock.Advance(750_000);
        Assert.Equal((true, false, true), (context.Line("update").Level, context.Line("compare").Level, context.Line("irq").Level));
        Write(tim, 0x10, ~1u);
        Assert.Equal((false, false, false), (context.Line("update").Level, context.Line("compare").Level, context.Line("irq").Level));
    }

    [Fact]
    public void A_register_is_read_with_a_repeated_start()
    {
        var (i2c, context) = Make("i2c");
        context.I2cPort.Present.Add(0x76);
        Write(i2c, 0x00, 0x101);
        Assert.Equal(1u, Read(i2c, 0x14) & 1);
        Write(i2c, 0x10, 0xEC);
        Assert.Equal(2u, Read(i2c, 0x14) & 2);
        Assert.Equal(7u, Read(i2c, 0x18));
        Write(i2c, 0x10, 0x42);
        Assert.Equal(0x84u, Read(i2c, 0x14) & 0x84);
        Write(i2c, 0x00, 0x501, 0x10, 0xED);
        Read(i2c, 0x18);
        Assert.Equal(0x42u, Read(i2c, 0x10));
        Assert.Equal(0x43u, Read(i2c, 0x10));
        Write(i2c, 0x00, 0x201);
        Assert.Equal(0u, Read(i2c, 0x18));
        Write(i2c, 0x00, 0x101, 0x10, 0x22);
        Assert.Equal(0x400u, Read(i2c, 0x14) & 0x402);
    }

    [Fact]
    public void A_sixteen_bit_frame_is_two_bytes_on_the_bus()
    {
        var (spi, context) = Make("spi");
        Write(spi, 0x00, 0x844, 0x0C, 0x1234);
        Assert.Equal("1234", context.SpiPort(0).Selections[^1]);
        Assert.Equal(0xEDCBu, Read(spi, 0x0C));
    }

    [Fact]
    public void A_sequence_of_inputs_is_converted_one_by_one()
    {
        var (adc, context) = Make("adc");
        (context.AdcPort(3).Microvolts, context.AdcPort(7).Microvolts) = (1_650_000, 3_300_000);
        Write(adc, 0x2C, 1 << 20, 0x34, 3 | 7 << 5, 0x08, 0x4000_0401);
        context.Clock.Advance(2_000);
        Assert.Equal((0x12u, 2047u), (Read(adc, 0x00), Read(adc, 0x4C)));
        context.Clock.Advance(2_000);
        Assert.Equal(4095u, Read(adc, 0x4C));
    }

    [Fact]
    public void The_flash_is_locked_until_both_keys_have_come()
    {
        var (flash, _) = Make("flash");
        Write(flash, 0x10, 1);
        Assert.Equal(1u << 31, Read(flash, 0x10));
        Write(flash, 0x04, 0x4567_0123, 0x04, 0xCDEF_89AB, 0x10, 1);
        Assert.Equal(1u, Read(flash, 0x10));
    }

    [Fact]
    public void Oscillators_and_the_system_clock_are_ready_when_they_are_asked_for()
    {
        var (rcc, _) = Make("rcc");
        Write(rcc, 0x00, 0x0101_0001, 0x08, 2);
        Assert.Equal((0x0303_0003u, 0xAu), (Read(rcc, 0x00) & 0x0303_0003, Read(rcc, 0x08)));
    }

    private static (IMmioDevice Device, FakeDeviceContext Context) Make(string device)
    {
        var context = new FakeDeviceContext();
        return (Device(device, context), context);
    }

    private static IMmioDevice Device(string device, FakeDeviceContext context) => Part.Create(typeof(StmPlugin<>), $"device.stm32.{device}", context);

    private static uint Read(IMmioDevice device, uint offset) => (uint)device.Read(offset, AccessWidth.Word);

    private static void Write(IMmioDevice device, params ReadOnlySpan<uint> writes)
    {
        for (var i = 0; i < writes.Length; i += 2) device.Write(writes[i], AccessWidth.Word, writes[i + 1]);
    }
}
