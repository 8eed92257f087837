// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using static EdgeHypervisor.Cores.CortexM.Tests.TestCpu;

namespace EdgeHypervisor.Cores.CortexM.Tests;

public sealed class InterpretedProgramTests() : ProgramTests("interpreter");

public sealed class TranslatedProgramTests() : ProgramTests("eager-translator");

/// <summary>The same, by the first of the two compilers alone.</summary>
public sealed class BaselineProgramTests() : ProgramTests("eager-baseline");

/// <summary>Small programs, by either engine.</summary>
public abstract class ProgramTests(string engine)
{
    private TestCpu NewCpu(string cpu = "cortex-m4", params (string Name, string Value)[] options) => new(cpu, options: [("engine", engine), .. options]);

    [Fact]
    public void Reset_takes_stack_and_entry_from_the_vector_table()
    {
        using var cpu = NewCpu();
        Assert.Equal(StackTop, cpu[13]);
        Assert.Equal(Start, cpu.Pc);
    }

    [Fact]
    public void A_loop_sums_numbers()
    {
        using var cpu = NewCpu("cortex-m0");
        cpu.Program(
            0x2000, // movs r0, #0
            0x210A, // movs r1, #10
            0x1840, // adds r0, r0, r1
            0x3901, // subs r1, #1
            0xD1FC, // bne .-4
            0xE7FE); // b .
        Assert.Equal(StopReason.BudgetUsed, cpu.Run(100).Reason);
        Assert.Equal(55u, cpu[0]);
        Assert.Equal(100, cpu.Core.InstructionsRetired);
    }

    [Fact]
    public void An_IT_block_runs_what_holds_and_keeps_the_flags()
    {
        using var cpu = NewCpu();
        cpu.Program(
            0x2801, // cmp r0, #1
            0xBF0C, // ite eq
            0x2105, // moveq r1, #5
            0x2107, // movne r1, #7
            0xBF08, // it eq
            0x3201, // addeq r2, #1
            0xE7FE);
        cpu[0] = 1;
        cpu.Run(10);
        Assert.Equal(5u, cpu[1]);
        Assert.Equal(1u, cpu[2]);
        Assert.NotEqual(0u, cpu.Xpsr & 1 << 30);
    }

    [Fact]
    public void SVC_enters_its_handler_and_returns_behind_it()
    {
        using var cpu = NewCpu();
        cpu.Vector(11, 0x801);
        cpu.Program(0xDF05, 0x2103, 0xE7FE); // svc 5; movs r1, #3; b .
        cpu.Code(0x800, 0x2407, 0x4770); // movs r4, #7; bx lr
        cpu.Run(1);
        cpu.Run(1);
        Assert.Equal(11u, cpu.Xpsr & 0x1FF);
        Assert.Equal(0xFFFF_FFF9u, cpu[14]);
        Assert.Equal(StackTop - 32, cpu[13]);
        cpu.Run(5);
        Assert.Equal(7u, cpu[4]);
        Assert.Equal(3u, cpu[1]);
        Assert.Equal(StackTop, cpu[13]);
        Assert.Equal(0u, cpu.Xpsr & 0x1FF);
    }

    [Fact]
    public void WFI_sleeps_until_an_interrupt_comes()
    {
        using var cpu = NewCpu();
        cpu.Vector(16 + 3, 0x801);
        cpu.Program(0xBF30, 0x3101, 0xE7FC); // wfi; adds r1, #1; b wfi
        cpu.Code(0x800, 0x3401, 0x4770); // adds r4, #1; bx lr
        cpu.Store(0xE000_E100, 1 << 3);
        Assert.Equal(StopReason.WaitingForInterrupt, cpu.Run(100).Reason);
        var line = cpu.Core.FindInput("irq3")!;
        line.Drive(true);
        line.Drive(false);
        Assert.True(cpu.Core.HasWakeUp);
        Assert.Equal(StopReason.WaitingForInterrupt, cpu.Run(100).Reason);
        Assert.Equal(1u, cpu[1]);
        Assert.Equal(1u, cpu[4]);
    }

    [Fact]
    public void SysTick_interrupts_once_each_round()
    {
        using var cpu = NewCpu(options: ("clockHz", "1000000"));
        cpu.Vector(15, 0x801);
        cpu.Program(0xBF30, 0xE7FD); // wfi; b wfi
        cpu.Code(0x800, 0x3401, 0x4770);
        cpu.Store(0xE000_E014, 999);
        cpu.Store(0xE000_E018, 0);
        cpu.Store(0xE000_E010, 7);
        for (var ms = 0; ms < 10; ms++)
        {
            cpu.Time.AdvanceTo((ms + 1) * 1_000_000L);
            cpu.Run(100);
        }
        Assert.Equal(10u, cpu[4]);
    }
}
