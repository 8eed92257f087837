// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>The system timer, at a tick a microsecond, by its registers. Arm DDI 0403, B3.3.</summary>
public sealed class SysTickTests : IDisposable
{
    private const uint Control = 0xE000_E010, Reload = 0xE000_E014, Current = 0xE000_E018;
    private const uint EnableWithInterrupt = 7, EnableAlone = 5;
    private const uint CountFlag = 1 << 16;
    private const long TickNs = 1_000;

    private readonly TestCpu _cpu = NewCpu();

    public void Dispose() => _cpu.Dispose();

    [Theory]
    [InlineData(Control)]
    [InlineData(Current)]
    [InlineData(Reload)]
    public void A_look_between_the_zero_and_the_late_timer_does_not_swallow_the_interrupt(uint register)
    {
        Begin(99, EnableWithInterrupt);
        _cpu.Time.Elapse(120 * TickNs);
        Read(register);
        _cpu.Time.FireDue();
        Assert.True(IsPending());
    }

    [Theory]
    [InlineData(Control, EnableWithInterrupt)]
    [InlineData(Reload, 99)]
    [InlineData(Current, 0)]
    public void A_write_between_the_zero_and_the_late_timer_does_not_swallow_the_interrupt(uint register, uint value)
    {
        Begin(99, EnableWithInterrupt);
        _cpu.Time.Elapse(120 * TickNs);
        Write(register, value);
        _cpu.Time.FireDue();
        Assert.True(IsPending());
    }

    [Fact]
    public void On_a_live_clock_every_round_interrupts_once_however_often_the_registers_are_read()
    {
        _cpu.Time.StepNs = 7;
        Begin(99, EnableWithInterrupt);
        var interrupts = 0;
        var beginNs = _cpu.Time.NowNs;
        while (_cpu.Time.NowNs - beginNs < 1_000 * 100 * TickNs)
        {
            _cpu.Time.Elapse(3 * TickNs);
            Read(Current);
            Read(Control);
            if (interrupts % 3 == 0) _cpu.Time.FireDue();
            if (!IsPending()) continue;
            interrupts++;
            _cpu.Core.Exceptions.Unpend(ExceptionNumber.SysTick);
        }
        Assert.InRange(interrupts, 999, 1_000);
    }

    [Fact]
    public void On_a_live_clock_a_reload_value_written_again_and_again_loses_no_round()
    {
        _cpu.Time.StepNs = 300;
        Begin(99, EnableWithInterrupt);
        var interrupts = 0;
        for (var i = 0; i < 10_000; i++)
        {
            Write(Reload, 99);
            if (!IsPending()) continue;
            interrupts++;
            _cpu.Core.Exceptions.Unpend(ExceptionNumber.SysTick);
        }
        var rounds = _cpu.Time.NowNs / (100 * TickNs);
        Assert.InRange(interrupts, rounds - 1, rounds);
    }

    [Fact]
    public void The_flag_is_told_once_for_each_time_the_counter_gets_to_zero()
    {
        Begin(99, EnableAlone);
        _cpu.Time.AdvanceTo(100 * TickNs);
        Assert.Equal(0u, Read(Current));
        Assert.NotEqual(0u, Read(Control) & CountFlag);
        _cpu.Time.AdvanceTo(100 * TickNs + TickNs / 2);
        Assert.Equal(0u, Read(Control) & CountFlag);
        _cpu.Time.AdvanceTo(101 * TickNs);
        Assert.Equal(99u, Read(Current));
        Assert.Equal(0u, Read(Control) & CountFlag);
        _cpu.Time.AdvanceTo(200 * TickNs);
        Assert.NotEqual(0u, Read(Control) & CountFlag);
    }

    [Fact]
    public void A_zero_that_is_due_when_the_state_is_saved_interrupts_after_it_was_restored()
    {
        Begin(99, EnableWithInterrupt);
        _cpu.Time.Elapse(100 * TickNs);
        var state = new StateTree();
        _cpu.Core.Save(state);
        using var restored = NewCpu();
        restored.Time.Elapse(100 * TickNs);
        restored.Core.Restore(state);
        restored.Time.FireDue();
        Assert.True(restored.Core.Exceptions.IsPendingBit(ExceptionNumber.SysTick));
    }

    [Fact]
    public void A_written_counter_is_zero_without_flag_and_interrupt_and_the_reload_value_a_tick_later()
    {
        Begin(99, EnableWithInterrupt);
        _cpu.Time.AdvanceTo(40 * TickNs);
        Write(Current, 17);
        Assert.Equal(0u, Read(Current));
        Assert.Equal(0u, Read(Control) & CountFlag);
        Assert.False(IsPending());
        _cpu.Time.AdvanceTo(41 * TickNs);
        Assert.Equal(99u, Read(Current));
    }

    private static TestCpu NewCpu() => new(options: ("clockHz", "1000000"));

    private void Begin(uint reload, uint control)
    {
        Write(Reload, reload);
        Write(Current, 0);
        Write(Control, control);
    }

    private bool IsPending() => _cpu.Core.Exceptions.IsPendingBit(ExceptionNumber.SysTick);

    private uint Read(uint register)
    {
        Assert.True(_cpu.Core.Memory.TryLoad(register, 4, true, out var value));
        return value;
    }

    private void Write(uint register, uint value) => Assert.True(_cpu.Core.Memory.TryStore(register, 4, true, value));
}
