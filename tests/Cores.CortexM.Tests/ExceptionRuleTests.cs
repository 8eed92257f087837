// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>The rules of exceptions that a system relies on, interpreted and translated alike. Armv7-M B1.5.</summary>
public sealed class ExceptionRuleTests
{
    private const uint First = 0x800;
    private const uint Second = 0x900;
    private const uint Third = 0xA00;
    private const uint SetEnable = 0xE000_E100;
    private const uint Priorities = 0xE000_E400;
    private const uint InterruptControl = 0xE000_ED04;
    private const uint HandlerControl = 0xE000_ED24;
    private const uint HardFaultStatus = 0xE000_ED2C;
    private const uint CoprocessorAccess = 0xE000_ED88;
    private const uint FloatContextControl = 0xE000_EF34;
    private const uint FloatContextAddress = 0xE000_EF38;

    public static TheoryData<string> Engines => ["interpreter", "eager-translator", "eager-baseline"];

    // Interrupts 0, 1 and 2 note their number in r4, a digit each; the more urgent, the higher. r7: what they may write to.
    private static TestCpu ThreeInterrupts(string engine)
    {
        var cpu = new TestCpu(options: ("engine", engine));
        cpu.Vector(16, First | 1).Vector(17, Second | 1).Vector(18, Third | 1);
        cpu.Program(0xBF00, 0xE7FD); // nop; b nop
        cpu.Code(First, 0x0124, 0x3401, 0x4770); // lsls r4, #4; adds r4, #1; bx lr
        cpu.Code(Second, 0x0124, 0x3402, 0x4770);
        cpu.Code(Third, 0x0124, 0x3403, 0x4770);
        cpu.Store(SetEnable, 7);
        cpu.Store(Priorities, 0x20_40_60);
        return cpu;
    }

    private static void Raise(TestCpu cpu, int interrupt)
    {
        cpu.Core.FindInput($"irq{interrupt}")!.Drive(true);
        cpu.Core.FindInput($"irq{interrupt}")!.Drive(false);
    }

    [Theory, MemberData(nameof(Engines))]
    public void Three_levels_nest_and_each_goes_on_where_it_was(string engine)
    {
        using var cpu = ThreeInterrupts(engine);
        var stack = cpu[13];
        Raise(cpu, 0);
        cpu.Run(1);
        Raise(cpu, 1);
        cpu.Run(1);
        Raise(cpu, 2);
        cpu.Run(1);
        Assert.Equal(18u, cpu.Xpsr & 0x1FF);
        Assert.Equal(stack - (3 * 32), cpu[13]);
        cpu.Run(40);
        Assert.Equal((1u + 2 + 3, 0u, stack), (cpu[4], cpu.Xpsr & 0x1FF, cpu[13])); // each had shifted before the next one came
    }

    [Theory, MemberData(nameof(Engines))]
    public void Handlers_that_wait_follow_one_another_by_urgency_without_going_back(string engine)
    {
        using var cpu = ThreeInterrupts(engine);
        for (var interrupt = 0; interrupt < 3; interrupt++) Raise(cpu, interrupt);
        var stack = cpu[13];
        // Between the handlers nothing of the program runs, and the frame stays where it is.
        cpu.Run(3 * 3 - 1);
        Assert.Equal((stack - 32, 16u), (cpu[13], cpu.Xpsr & 0x1FF));
        cpu.Run(4);
        Assert.Equal((0x321u, 0u, stack), (cpu[4], cpu.Xpsr & 0x1FF, cpu[13]));
    }

    [Theory, MemberData(nameof(Engines))]
    public void A_more_urgent_interrupt_that_comes_late_runs_before_the_first_instruction_of_the_other(string engine)
    {
        using var cpu = ThreeInterrupts(engine);
        Raise(cpu, 0);
        Raise(cpu, 2);
        cpu.Run(1);
        Assert.Equal((18u, 0u), (cpu.Xpsr & 0x1FF, cpu[4]));
        cpu.Run(20);
        Assert.Equal(0x31u, cpu[4]);
    }

    [Theory, MemberData(nameof(Engines))]
    public void BASEPRI_holds_its_priority_and_below_back_and_lets_more_urgent_ones_through(string engine)
    {
        using var cpu = ThreeInterrupts(engine);
        cpu.Program(0xF380_8811, 0xBF00, 0xBF00, 0xF381_8811, 0xBF00, 0xE7FD); // msr basepri, r0; nop; nop; msr basepri, r1; nop; b .-2
        (cpu[0], cpu[1]) = (0x40, 0);
        cpu.Run(1);
        for (var interrupt = 0; interrupt < 3; interrupt++) Raise(cpu, interrupt);
        cpu.Run(5); // the handler of 2, and two instructions
        Assert.Equal((3u, 0u), (cpu[4], cpu.Xpsr & 0x1FF));
        cpu.Run(20);
        Assert.Equal(0x321u, cpu[4]);
    }

    [Theory, MemberData(nameof(Engines))]
    public void BASEPRI_MAX_only_raises_the_mask(string engine)
    {
        using var cpu = ThreeInterrupts(engine);
        cpu.Program(0xF380_8812, 0xF381_8812, 0xF3EF_8211, 0xE7FE); // msr basepri_max, r0; msr basepri_max, r1; mrs r2, basepri; b .
        (cpu[0], cpu[1]) = (0x40, 0x60);
        cpu.Run(3);
        Assert.Equal(0x40u, cpu[2]);
    }

    [Theory, MemberData(nameof(Engines))]
    public void FAULTMASK_holds_all_but_the_NMI_back_and_goes_with_the_return_of_the_handler(string engine)
    {
        using var cpu = ThreeInterrupts(engine);
        cpu.Vector(2, First | 1).Vector(11, 0xB01);
        cpu.Program(0xDF00, 0xBF00, 0xE7FD); // svc 0; nop; b .-2
        cpu.Code(0xB00, 0xB671, 0xBF00, 0xBF00, 0x4770); // cpsid f; nop; nop; bx lr
        cpu.Run(2);
        Raise(cpu, 2);
        cpu.Run(1);
        Assert.Equal((0u, 11u), (cpu[4], cpu.Xpsr & 0x1FF));
        cpu.Store(InterruptControl, 1u << 31); // NMI
        cpu.Run(20);
        Assert.Equal((0x13u, 0u), (cpu[4], cpu.Core.State.Faultmask));
    }

    [Theory, MemberData(nameof(Engines))]
    public void A_fault_under_PRIMASK_is_a_hard_fault_that_says_it_was_forced(string engine)
    {
        using var cpu = ThreeInterrupts(engine);
        cpu.Vector(3, First | 1).Vector(6, Second | 1);
        cpu.Store(HandlerControl, 7 << 16);
        cpu.Program(0xB672, 0xDE00); // cpsid i; udf
        cpu.Run(3);
        Assert.Equal((3u, 1u << 30), (cpu.Xpsr & 0x1FF, cpu.Load(HardFaultStatus)));
    }

    [Theory]
    [InlineData("interpreter", true)]
    [InlineData("interpreter", false)]
    [InlineData("eager-translator", true)]
    [InlineData("eager-baseline", true)]
    [InlineData("eager-translator", false)]
    [InlineData("eager-baseline", false)]
    public void An_exception_between_load_and_store_exclusive_takes_the_reservation(string engine, bool isInterrupted)
    {
        using var cpu = ThreeInterrupts(engine);
        cpu.Program(0xE850_1F00, 0xE840_2300, 0xE7FE); // ldrex r1, [r0]; strex r3, r2, [r0]; b .
        (cpu[0], cpu[2], cpu[3]) = (GuestRam.Sram, 9, 7);
        cpu.Run(1);
        if (isInterrupted) Raise(cpu, 0);
        cpu.Run(6);
        Assert.Equal(isInterrupted ? (1u, 0u) : (0u, 9u), (cpu[3], cpu.Word(GuestRam.Sram)));
    }

    [Theory]
    [InlineData("interpreter", true)]
    [InlineData("interpreter", false)]
    [InlineData("eager-translator", true)]
    [InlineData("eager-baseline", true)]
    [InlineData("eager-translator", false)]
    [InlineData("eager-baseline", false)]
    public void Floating_point_registers_are_saved_when_the_handler_uses_its_first_one(string engine, bool usesFloat)
    {
        using var cpu = new TestCpu(options: [("engine", engine), ("fpu", "sp")]);
        cpu.Store(CoprocessorAccess, 0xF << 20);
        cpu.Store(SetEnable, 1);
        cpu.Vector(16, First | 1);
        cpu.Program(0xEE00_0A10, 0xBF00, 0xEE10_1A10, 0xE7FE); // vmov s0, r0; nop; vmov r1, s0; b .
        cpu.Code(First, usesFloat ? 0xEE00_2A10u : 0xBF00, 0x4770); // vmov s0, r2; bx lr
        (cpu[0], cpu[2]) = (0x3F80_0000, 0x4000_0000);
        cpu.Run(1);
        var stack = cpu[13];
        Raise(cpu, 0);
        cpu.Run(1);
        // Room for the whole frame, of which nothing is written before somebody uses the registers.
        Assert.Equal(stack - 104, cpu[13]);
        Assert.Equal(cpu[13] + 32, cpu.Load(FloatContextAddress));
        Assert.Equal(usesFloat ? (0u, 0x3F80_0000u) : (1u, 0u), (cpu.Load(FloatContextControl) & 1, cpu.Word(cpu[13] + 32)));
        cpu.Run(8);
        Assert.Equal((0x3F80_0000u, stack), (cpu[1], cpu[13]));
    }

    [Theory, MemberData(nameof(Engines))]
    public void A_processor_that_is_locked_up_is_left_by_a_reset(string engine)
    {
        using var cpu = new TestCpu(options: ("engine", engine));
        cpu.Vector(3, First | 1).Program(0xDE00);
        cpu.Code(First, 0xDE00);
        Assert.Equal(StopReason.Fault, cpu.Run(10).Reason);
        Assert.Equal(StopReason.Fault, cpu.Run(10).Reason);
        cpu.Program(0x2105, 0xE7FE); // movs r1, #5; b .
        cpu.Core.Reset(0, []);
        Assert.Equal(StopReason.BudgetUsed, cpu.Run(10).Reason);
        Assert.Equal(5u, cpu[1]);
    }
}
