// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using static EdgeHypervisor.Cores.CortexM.Tests.TestCpu;

namespace EdgeHypervisor.Cores.CortexM.Tests;

public sealed class InterpretedSleepTests() : SleepTests("interpreter");

public sealed class TranslatedSleepTests() : SleepTests("eager-translator");

/// <summary>The same, by the first of the two compilers alone.</summary>
public sealed class BaselineSleepTests() : SleepTests("eager-baseline");

/// <summary>WFE, WFI, SEV and sleeping on exit: who sleeps runs nothing, and is woken by what the manual says. Armv7-M B1.5.17 to B1.5.19.</summary>
public abstract class SleepTests(string engine)
{
    private const uint Handler = 0x800;
    private const uint SetEnable = 0xE000_E100;
    private const uint SystemControl = 0xE000_ED10;
    private const uint SleepOnExit = 1 << 1;
    private const uint SendEventOnPend = 1 << 4;
    private const uint Wfe = 0xBF20, Wfi = 0xBF30, Sev = 0xBF40, CountR1 = 0x3101, MaskAll = 0xB672;

    // A program that is hot before it sleeps, then sleeps in a loop and counts in r1 how often it went on; the handler of interrupt 0 counts in r4.
    private TestCpu Sleeper(uint wait, params ReadOnlySpan<uint> before)
    {
        var cpu = new TestCpu("cortex-m0plus", options: ("engine", engine));
        cpu.Vector(16, Handler | 1).Code(Handler, 0x3401, 0x4770); // adds r4, #1; bx lr
        cpu.Program([
            0x2040, // movs r0, #64
            0x3801, // subs r0, #1
            0xD1FD, // bne subs
            .. before,
            wait,
            CountR1,
            0xE7FC]); // b wait
        return cpu;
    }

    private static void Raise(TestCpu cpu)
    {
        cpu.Core.FindInput("irq0")!.Drive(true);
        cpu.Core.FindInput("irq0")!.Drive(false);
    }

    private static void Sleeps(TestCpu cpu, uint wakings)
    {
        Assert.Equal(StopReason.WaitingForInterrupt, cpu.Run(1000).Reason);
        Assert.False(cpu.Core.HasWakeUp);
        Assert.Equal((StopReason.WaitingForInterrupt, 0), (cpu.Run(1000).Reason, cpu.Run(1000).Instructions));
        Assert.Equal(wakings, cpu[1]);
    }

    [Fact]
    public void WFE_sleeps_until_an_event_and_SEV_before_it_is_one_just_once()
    {
        using var cpu = Sleeper(Wfe, Sev, Sev);
        Sleeps(cpu, wakings: 1);
    }

    [Fact]
    public void An_interrupt_wakes_WFE_and_leaves_an_event_that_lets_the_next_one_through()
    {
        using var cpu = Sleeper(Wfe);
        cpu.Store(SetEnable, 1);
        Sleeps(cpu, wakings: 0);
        Raise(cpu);
        Assert.True(cpu.Core.HasWakeUp);
        Sleeps(cpu, wakings: 2); // exception entry and return are events, so that a flag set by the handler is never missed
        Assert.Equal(1u, cpu[4]);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void An_interrupt_that_is_not_enabled_wakes_WFE_only_with_SEVONPEND(bool sends, bool wakes)
    {
        using var cpu = Sleeper(Wfe);
        cpu.Store(SystemControl, sends ? SendEventOnPend : 0);
        Sleeps(cpu, wakings: 0);
        Raise(cpu);
        Assert.Equal(wakes, cpu.Core.HasWakeUp);
        Sleeps(cpu, wakings: wakes ? 1u : 0);
        Raise(cpu); // it is pending already: no event
        Sleeps(cpu, wakings: wakes ? 1u : 0);
        Assert.Equal(0u, cpu[4]);
    }

    [Theory]
    [InlineData(Wfi, false, true)]
    [InlineData(Wfe, false, false)]
    [InlineData(Wfe, true, true)]
    public void An_interrupt_that_PRIMASK_holds_back_wakes_WFI_but_WFE_only_with_SEVONPEND(uint wait, bool sends, bool wakes)
    {
        using var cpu = Sleeper(wait, MaskAll);
        cpu.Store(SystemControl, sends ? SendEventOnPend : 0);
        cpu.Store(SetEnable, 1);
        Sleeps(cpu, wakings: 0);
        Raise(cpu);
        Assert.Equal(wakes, cpu.Core.HasWakeUp);
        cpu.Run(2);
        Assert.Equal((wakes ? 1u : 0, 0u), (cpu[1], cpu[4]));
    }

    [Fact]
    public void SLEEPONEXIT_sleeps_at_the_end_of_each_handler_and_the_program_goes_on_when_it_is_cleared()
    {
        using var cpu = Sleeper(Wfi);
        cpu.Store(SetEnable, 1);
        Sleeps(cpu, wakings: 0);
        cpu.Store(SystemControl, SleepOnExit);
        for (var calls = 1u; calls <= 3; calls++)
        {
            Raise(cpu);
            Sleeps(cpu, wakings: 0);
            Assert.Equal(calls, cpu[4]);
        }
        cpu.Store(SystemControl, 0);
        Raise(cpu);
        Sleeps(cpu, wakings: 1);
    }

    [Theory]
    [InlineData(Wfe)]
    [InlineData(Wfi)]
    public void A_sleeper_that_is_saved_sleeps_on_where_it_is_restored_and_is_woken_there(uint wait)
    {
        using var cpu = Sleeper(wait);
        cpu.Store(SetEnable, 1);
        Sleeps(cpu, wakings: 0);
        var saved = new StateTree();
        cpu.Core.Save(saved);
        using var other = Sleeper(wait);
        other.Core.Restore(saved);
        Sleeps(other, wakings: 0);
        Raise(other);
        Assert.True(other.Core.HasWakeUp);
        Sleeps(other, wakings: wait == Wfe ? 2u : 1);
        Assert.Equal((1u, StackTop), (other[4], other[13]));
    }
}
