// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using static EdgeHypervisor.Cores.CortexM.Tests.TestCpu;

namespace EdgeHypervisor.Cores.CortexM.Tests;

public sealed class InterpretedExceptionTests() : ExceptionTests("interpreter");

public sealed class TranslatedExceptionTests() : ExceptionTests("eager-translator");

/// <summary>The same, by the first of the two compilers alone.</summary>
public sealed class BaselineExceptionTests() : ExceptionTests("eager-baseline");

/// <summary>Exceptions, faults, the MPU and what else is around instructions, by either engine.</summary>
public abstract class ExceptionTests(string engine)
{
    private const uint Handler = 0x800;
    private const uint Other = 0xA00;
    private const uint SetEnable = 0xE000_E100;
    private const uint Priorities = 0xE000_E400;
    private const uint HandlerControl = 0xE000_ED24;
    private const uint FaultStatus = 0xE000_ED28;
    private const uint FaultAddress = 0xE000_ED34;
    private const uint InterruptControl = 0xE000_ED04;
    private const uint ConfigurationControl = 0xE000_ED14;
    private const uint MpuControl = 0xE000_ED94;
    private const uint MpuBase = 0xE000_ED9C;
    private const uint MpuAttributes = 0xE000_EDA0;
    private const uint Forbidden = GuestRam.Sram + 0x1000;
    private const uint Nowhere = 0x6000_0000;

    private TestCpu NewCpu(string cpu = "cortex-m4", params (string Name, string Value)[] options) => new(cpu, options: [("engine", engine), .. options]);

    // r4 counts calls of the handler of interrupt 0, r5 those of interrupt 1.
    private TestCpu TwoInterrupts()
    {
        var cpu = NewCpu();
        cpu.Vector(16, Handler | 1).Vector(17, Other | 1);
        cpu.Program(0xBF00, 0xE7FD); // nop; b nop
        cpu.Code(Handler, 0x3401, 0x4770); // adds r4, #1; bx lr
        cpu.Code(Other, 0x3501, 0x4770);
        cpu.Store(SetEnable, 3);
        return cpu;
    }

    [Fact]
    public void A_more_urgent_interrupt_runs_first()
    {
        using var cpu = TwoInterrupts();
        cpu.Store(Priorities, 0x0000_20_40); // interrupt 1 is more urgent
        cpu.Core.FindInput("irq0")!.Drive(true);
        cpu.Core.FindInput("irq1")!.Drive(true);
        cpu.Run(1);
        Assert.Equal((0u, 1u), (cpu[4], cpu[5]));
        Assert.Equal(17u, cpu.Xpsr & 0x1FF);
    }

    [Fact]
    public void Exceptions_and_returns_are_told_when_they_have_been_taken_also_one_that_follows_without_going_back()
    {
        using var cpu = TwoInterrupts();
        cpu.Vector(11, Handler | 1);
        cpu.Program(0xDF05, 0xE7FE); // svc #5; b .
        var told = new List<(TrapInfo Trap, long Retired)>();
        cpu.Core.TrapTaken = trap => told.Add((trap, cpu.Core.InstructionsRetired));
        var start = (ulong)cpu.Core.ProgramCounter;
        cpu.Run(1);
        cpu.Run(1); // the handler's first
        cpu.Core.FindInput("irq1")!.Drive(true);
        cpu.Core.FindInput("irq1")!.Drive(false);
        for (var i = 0; i < 4; i++) cpu.Run(1);
        Assert.Equal(
            [
                (new TrapInfo(TrapKind.Exception, 11, "SVCall", start + 2, Handler, 0), 1),
                (new TrapInfo(TrapKind.Interrupt, 17, "IRQ1", Handler + 2, Other, 0), 3),
                (new TrapInfo(TrapKind.Return, 0, "to thread", Other + 2, start + 2, 0), 5),
            ],
            told);
    }

    [Fact]
    public void A_more_urgent_interrupt_preempts_and_an_equal_one_waits()
    {
        using var cpu = TwoInterrupts();
        cpu.Core.FindInput("irq0")!.Drive(true);
        cpu.Core.FindInput("irq0")!.Drive(false);
        cpu.Run(1);
        cpu.Core.FindInput("irq1")!.Drive(true);
        Assert.Equal(16u, cpu.Xpsr & 0x1FF);
        cpu.Run(1); // bx lr: the other one follows without going back
        cpu.Run(1);
        Assert.Equal(17u, cpu.Xpsr & 0x1FF);
        Assert.Equal(StackTop - 32, cpu[13]);
    }

    [Fact]
    public void A_handler_is_preempted_by_a_more_urgent_one_and_goes_on_behind_it()
    {
        using var cpu = TwoInterrupts();
        cpu.Store(Priorities, 0x0000_20_40);
        cpu.Core.FindInput("irq0")!.Drive(true);
        cpu.Core.FindInput("irq0")!.Drive(false);
        cpu.Run(1);
        cpu.Core.FindInput("irq1")!.Drive(true);
        cpu.Core.FindInput("irq1")!.Drive(false);
        cpu.Run(1);
        Assert.Equal(17u, cpu.Xpsr & 0x1FF);
        Assert.Equal(StackTop - 64, cpu[13]);
        Assert.Equal(0xFFFF_FFF1u, cpu[14]);
        cpu.Run(10);
        Assert.Equal(0u, cpu.Xpsr & 0x1FF);
        Assert.Equal(StackTop, cpu[13]);
        Assert.Equal((1u, 1u), (cpu[4], cpu[5]));
    }

    [Fact]
    public void PRIMASK_holds_interrupts_back_and_still_lets_WFI_wake()
    {
        using var cpu = TwoInterrupts();
        cpu.Program(0xB672, 0xBF30, 0x3601, 0xB662, 0xE7FE); // cpsid i; wfi; adds r6, #1; cpsie i; b .
        Assert.Equal(StopReason.WaitingForInterrupt, cpu.Run(10).Reason);
        cpu.Core.FindInput("irq0")!.Drive(true);
        cpu.Core.FindInput("irq0")!.Drive(false);
        Assert.True(cpu.Core.HasWakeUp);
        cpu.Run(1);
        Assert.Equal((1u, 0u), (cpu[6], cpu[4]));
        cpu.Run(10);
        Assert.Equal(1u, cpu[4]);
    }

    [Fact]
    public void A_level_that_stands_interrupts_again()
    {
        using var cpu = TwoInterrupts();
        cpu.Core.FindInput("irq0")!.Drive(true);
        cpu.Run(20);
        Assert.True(cpu[4] > 5);
        cpu.Core.FindInput("irq0")!.Drive(false);
        cpu.Run(10);
        var calls = cpu[4];
        cpu.Run(100);
        Assert.Equal(calls, cpu[4]);
    }

    [Fact]
    public void A_fault_that_is_not_enabled_becomes_a_hard_fault()
    {
        using var cpu = NewCpu();
        cpu.Vector(3, Handler | 1).Program(0xDE00); // udf
        cpu.Code(Handler, 0xE7FE);
        cpu.Run(2);
        Assert.Equal(3u, cpu.Xpsr & 0x1FF);
        Assert.Equal(1u << 16, cpu.Load(FaultStatus));
        Assert.Equal(1u << 30, cpu.Load(0xE000_ED2C));
        Assert.Equal(Start, cpu.Word(cpu[13] + 24));
    }

    [Theory]
    [InlineData(0xDE00u, 16)] // udf: UNDEFINSTR
    [InlineData(0xEE07_0F10u, 19)] // mcr p15: NOCP
    [InlineData(0x4700u, 17)] // bx r0, even: INVSTATE
    public void Usage_faults_say_why(uint instruction, int bit)
    {
        using var cpu = NewCpu();
        cpu.Vector(6, Handler | 1).Program(instruction);
        cpu.Code(Handler, 0xE7FE);
        cpu.Store(HandlerControl, 7 << 16);
        cpu.Run(2);
        Assert.Equal(6u, cpu.Xpsr & 0x1FF);
        Assert.Equal(1u << bit, cpu.Load(FaultStatus));
    }

    [Fact]
    public void A_bus_error_says_where()
    {
        using var cpu = NewCpu();
        cpu.Vector(5, Handler | 1).Program(0x6801); // ldr r1, [r0]
        cpu.Code(Handler, 0xE7FE);
        cpu[0] = 0x6000_0000;
        cpu.Store(HandlerControl, 7 << 16);
        cpu.Run(2);
        Assert.Equal(5u, cpu.Xpsr & 0x1FF);
        Assert.Equal(0x8200u, cpu.Load(FaultStatus));
        Assert.Equal(0x6000_0000u, cpu.Load(0xE000_ED38));
    }

    [Fact]
    public void A_fault_in_the_hard_fault_handler_locks_up_and_says_so()
    {
        using var cpu = NewCpu();
        cpu.Vector(3, Handler | 1).Program(0xDE00);
        cpu.Code(Handler, 0xDE00);
        var result = cpu.Run(10);
        Assert.Equal(StopReason.Fault, result.Reason);
        Assert.Contains("lockup", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void SYSRESETREQ_asks_for_a_reset_of_the_machine()
    {
        using var cpu = NewCpu();
        cpu.Program(0x6001, 0xE7FE); // str r1, [r0]
        (cpu[0], cpu[1]) = (0xE000_ED0C, 0x05FA_0004);
        Assert.Equal(StopReason.Requested, cpu.Run(10).Reason);
        Assert.Equal(1, cpu.Resets);
    }

    [Fact]
    public void A_bit_has_a_word_of_its_own()
    {
        using var cpu = NewCpu("cortex-m3");
        cpu.Program(0x6001, 0x6802, 0xE7FE); // str r1, [r0]; ldr r2, [r0]
        (cpu[0], cpu[1]) = (0x2200_0000 + 0x100 * 32 + 5 * 4, 1);
        cpu.Run(3);
        Assert.Equal(1u << 5, cpu.Word(GuestRam.Sram + 0x100));
        Assert.Equal(1u, cpu[2]);
    }

    [Fact]
    public void The_MPU_keeps_an_unprivileged_program_out()
    {
        using var cpu = NewCpu("cortex-m4", options: ("mpuRegions", "8"));
        cpu.Vector(4, Handler | 1).Program(0xF380_8814, 0x6831, 0xE7FE); // msr control, r0; ldr r1, [r6]
        cpu.Code(Handler, 0xE7FE);
        cpu.Store(HandlerControl, 7 << 16);
        cpu.Store(0xE000_ED9C, 0 | 1 << 4);
        cpu.Store(0xE000_EDA0, 6 << 24 | 15 << 1 | 1); // flash: read only for all, 64 KiB
        cpu.Store(0xE000_ED9C, GuestRam.Sram | 1 << 4 | 1);
        cpu.Store(0xE000_EDA0, 1 << 24 | 15 << 1 | 1); // SRAM: privileged only
        cpu.Store(0xE000_ED94, 5);
        (cpu[0], cpu[6]) = (1, GuestRam.Sram + 0x40);
        cpu.Run(1);
        cpu.Run(2);
        // Its stack is out of reach, too: the stacking faults on the way.
        Assert.Equal(4u, cpu.Xpsr & 0x1FF);
        Assert.Equal(GuestRam.Sram + 0x40, cpu.Load(0xE000_ED34));
    }

    [Fact]
    public void A_restored_twin_goes_on_alike()
    {
        using var original = TwoInterrupts();
        using var twin = TwoInterrupts();
        original.Core.FindInput("irq0")!.Drive(true);
        original.Run(1);
        var saved = new StateTree();
        original.Core.Save(saved);
        original.Ram.Bytes(1).CopyTo(twin.Ram.Bytes(1));
        twin.Core.Restore(saved);
        original.Run(1000);
        twin.Run(1000);
        var (a, b) = (new StateTree(), new StateTree());
        original.Core.Save(a);
        twin.Core.Save(b);
        Assert.Equal(a.ToString(), b.ToString());
    }

    [Fact]
    public void A_state_of_another_processor_is_refused()
    {
        using var original = NewCpu("cortex-m3");
        using var other = NewCpu("cortex-m4");
        var saved = new StateTree();
        original.Core.Save(saved);
        Assert.Equal("cpu", Assert.Throws<StateException>(() => other.Core.Restore(saved)).Field);
    }

    [Fact]
    public void An_instruction_that_is_overwritten_is_decoded_anew()
    {
        using var cpu = NewCpu();
        cpu.Program(
            0x3101, // adds r1, #1
            0x8002, // strh r2, [r0]
            0xE7FC); // b adds
        (cpu[0], cpu[2]) = (Start, 0x3105); // adds r1, #5
        cpu.Run(3);
        Assert.Equal(1u, cpu[1]);
        cpu.Run(3);
        Assert.Equal(6u, cpu[1]);
    }

    [Fact]
    public void Data_in_a_page_of_code_is_written_beside_it_and_code_is_written_over()
    {
        using var cpu = NewCpu();
        var page = GuestRam.Sram + 0x1000;
        var code = page + 0x10;
        cpu.Code(code,
            0x6019, // str r1, [r3]: data at the very beginning of the page, then behind the code
            0x6021, // str r1, [r4]
            0x8028, // strh r0, [r5]: data, then the instruction behind it
            0x3101, // adds r1, #1
            0x3E01, // subs r6, #1
            0xD1F9, // bne str
            0xE7FE); // b .
        cpu.Vector(1, code | 1);
        cpu.Core.Reset(0, []);
        (cpu[0], cpu[3], cpu[4], cpu[5], cpu[6]) = (0x3110, page, code + 0x40, code + 0x80, 4);
        cpu.Run(6 * 2);
        Assert.Equal((2u, 1u, 1u), (cpu[1], cpu.Word(page), cpu.Word(code + 0x40)));
        cpu[5] = code + 6;
        cpu.Run(6 * 2);
        Assert.Equal(2u + 0x10 + 0x10, cpu[1]); // adds r1, #16
    }

    // 4 KiB that nobody may touch, beside the default map for the privileged; violations go to their own handler, which counts in r4.
    private TestCpu WithForbiddenPage()
    {
        var cpu = NewCpu(options: ("mpuRegions", "8"));
        cpu.Vector(4, Handler | 1).Vector(11, Other | 1);
        cpu.Code(Handler, 0x3401, 0xE7FE); // adds r4, #1; b .
        cpu.Code(Other, 0x4770); // bx lr
        cpu.Store(HandlerControl, 1 << 16);
        cpu.Store(MpuBase, Forbidden);
        cpu.Store(MpuAttributes, 11 << 1 | 1);
        cpu.Store(MpuControl, 5);
        cpu[0] = Forbidden;
        return cpu;
    }

    [Fact]
    public void What_FAULTMASK_allowed_the_MPU_forbids_again_when_it_is_cleared()
    {
        using var cpu = WithForbiddenPage();
        cpu.Program(0xB671, 0x6801, 0xB661, 0x6802, 0xE7FE); // cpsid f; ldr r1, [r0]; cpsie f; ldr r2, [r0]; b .
        cpu.Run(2);
        Assert.Equal(0u, cpu.Load(FaultStatus));
        cpu.Run(10);
        Assert.Equal((1u, Forbidden), (cpu[4], cpu.Load(FaultAddress)));
    }

    [Fact]
    public void A_debugger_that_clears_FAULTMASK_gives_the_MPU_its_say_again()
    {
        using var cpu = WithForbiddenPage();
        cpu.Program(0xB671, 0x6801, 0x6802, 0xE7FE); // cpsid f; ldr r1, [r0]; ldr r2, [r0]; b .
        cpu.Run(2);
        Assert.Equal(0u, cpu.Load(FaultStatus));
        var faultmask = cpu.Core.Registers.ToList().FindIndex(register => register.Name == "faultmask");
        Assert.True(cpu.Core.TryWriteRegister(faultmask, 0));
        cpu.Run(10);
        Assert.Equal((1u, Forbidden), (cpu[4], cpu.Load(FaultAddress)));
    }

    [Fact]
    public void Calls_and_returns_under_the_MPU_forget_nothing_that_was_remembered_of_memory()
    {
        using var cpu = WithForbiddenPage();
        cpu.Program(0xDF00, 0xE7FD); // svc 0; b .-4
        cpu.Run(10);
        Assert.Equal(0u, cpu.Load(FaultStatus));
        var epoch = cpu.Core.TranslationEpoch;
        cpu.Run(100);
        Assert.Equal(epoch, cpu.Core.TranslationEpoch);
    }

    [Theory]
    [InlineData(0x6801u, false)] // ldr r1, [r0]
    [InlineData(0x6801u, true)]
    [InlineData(0xC806u, false)] // ldmia r0, {r1, r2}
    [InlineData(0xC806u, true)]
    [InlineData(0x6001u, false)] // str r1, [r0]
    [InlineData(0x6001u, true)]
    public void A_bus_error_under_FAULTMASK_locks_up_unless_CCR_says_to_ignore_it(uint instruction, bool isIgnored)
    {
        using var cpu = NewCpu();
        cpu.Store(ConfigurationControl, isIgnored ? 0x300u : 0x200);
        cpu.Program(0xB671, instruction, 0x2305, 0xE7FE); // cpsid f; …; movs r3, #5; b .
        cpu[0] = Nowhere;
        Assert.Equal(isIgnored ? StopReason.BudgetUsed : StopReason.Fault, cpu.Run(10).Reason);
        Assert.Equal(isIgnored ? 5u : 0, cpu[3]);
        Assert.Equal(0x8200u, cpu.Load(FaultStatus)); // BFARVALID, PRECISERR
    }

    [Fact]
    public void A_stack_that_is_not_there_is_no_load_or_store_whose_bus_error_is_ignored()
    {
        using var cpu = NewCpu();
        cpu.Vector(2, Handler | 1).Code(Handler, 0xE7FE);
        cpu.Store(ConfigurationControl, 0x300);
        cpu.Program(0xB671, 0xBF00, 0xE7FE); // cpsid f; nop; b .
        cpu.Run(2);
        cpu[13] = Nowhere;
        cpu.Store(InterruptControl, 1u << 31); // NMI
        cpu.Run(2);
        Assert.Equal(0x1000u, cpu.Load(FaultStatus)); // STKERR
    }
}
