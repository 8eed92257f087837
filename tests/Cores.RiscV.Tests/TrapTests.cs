// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using static EdgeHypervisor.Cores.RiscV.Tests.Assembler;

namespace EdgeHypervisor.Cores.RiscV.Tests;

public sealed class TrapTests
{
    private const ulong Handler = GuestRam.Start + 0x400;

    private static TestHart HartWithHandler(string isa = "rv64imac", uint mode = 0)
    {
        var hart = new TestHart(isa);
        hart.Core.State.Mtvec = Handler | mode;
        hart.Load(Handler, Jal(Zero, 0));
        return hart;
    }

    [Theory]
    [InlineData(0x0000_0000u, 2, 0x0000_0000u)] // all zeros: illegal, and 16 bits long
    [InlineData(0xFFFF_FFFFu, 2, 0xFFFF_FFFFu)]
    [InlineData(0x0020_0053u, 2, 0x0020_0053u)] // fadd.s without F
    [InlineData(0x2020_5013u, 2, 0x2020_5013u)] // a shift with a bit of another instruction
    [InlineData(0x5C00_9073u, 2, 0x5C00_9073u)] // csrrw to a register that is not there
    [InlineData(0xF140_9073u, 2, 0xF140_9073u)] // csrrw to mhartid, which is read-only
    [InlineData(0x0000_0073u, 11, 0u)] // ecall
    [InlineData(0x0010_0073u, 3, 0x8000_0000u)] // ebreak
    [InlineData(0x1020_0073u, 2, 0x1020_0073u)] // sret without S
    public void An_instruction_that_traps_reports_cause_value_and_its_own_address(uint word, int cause, uint value)
    {
        using var hart = HartWithHandler();
        hart.Load(word);
        Assert.Equal(1, hart.Core.Run(1).Instructions);
        Assert.Equal(Handler, hart.Pc);
        Assert.Equal((ulong)cause, hart.Core.State.Mcause);
        Assert.Equal(GuestRam.Start, hart.Core.State.Mepc);
        Assert.Equal(value, hart.Core.State.Mtval);
    }

    [Fact]
    public void Traps_and_returns_are_told_when_they_have_been_taken()
    {
        using var hart = HartWithHandler();
        hart.Load(Addi(T0, Zero, 1), Lw(T0, Zero, 0x40)).Load(Handler, Mret);
        var told = new List<(TrapInfo Trap, long Retired)>();
        hart.Core.TrapTaken = trap => told.Add((trap, hart.Core.InstructionsRetired));
        hart.Core.Run(3);
        hart.Core.State.Mstatus |= Status.Mie;
        hart.Core.State.Mie = 1 << Interrupt.MachineTimer;
        hart.Core.FindInput("mtip")!.Drive(true);
        hart.Core.Run(1);
        Assert.Equal(
            [
                (new TrapInfo(TrapKind.Exception, 5, "load access fault", GuestRam.Start + 4, Handler, 0x40), 2),
                (new TrapInfo(TrapKind.Return, 0, "to M", Handler, GuestRam.Start + 4, 0), 3),
                (new TrapInfo(TrapKind.Interrupt, 7, "machine timer", GuestRam.Start + 4, Handler, 0), 3),
                (new TrapInfo(TrapKind.Return, 0, "to M", Handler, GuestRam.Start + 4, 0), 4),
            ],
            told);
    }

    [Fact]
    public void A_load_from_nowhere_faults_and_leaves_its_register()
    {
        using var hart = HartWithHandler();
        hart[T0] = 7;
        hart.Load(Lw(T0, Zero, 0x40));
        hart.Core.Run(1);
        Assert.Equal((5UL, 0x40UL, 7UL), (hart.Core.State.Mcause, hart.Core.State.Mtval, hart[T0]));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-4)]
    [InlineData(-7)]
    [InlineData(0)]
    public void A_store_over_the_end_of_ram_writes_nothing(int distance)
    {
        using var hart = HartWithHandler();
        var end = GuestRam.Start + hart.Ram.Ram.LengthBytes;
        (hart[A0], hart[T0]) = (end + (ulong)distance, ulong.MaxValue);
        hart.Load(Sd(T0, A0, 0));
        hart.Core.Run(1);
        Assert.Equal(7UL, hart.Core.State.Mcause);
        Assert.Equal(0, hart.Ram.Bytes[^1]);
    }

    [Fact]
    public void The_last_bytes_of_ram_can_be_used()
    {
        using var hart = HartWithHandler();
        (hart[A0], hart[T0]) = (GuestRam.Start + hart.Ram.Ram.LengthBytes, 0x1122_3344_5566_7788);
        hart.Load(Sd(T0, A0, -8), Ld(T1, A0, -8), Lw(T2, A0, -4), Sb(T0, A0, -1));
        hart.Core.Run(4);
        Assert.Equal((0x1122_3344_5566_7788UL, 0x1122_3344UL), (hart[T1], hart[T2]));
        Assert.Equal(0x88, hart.Ram.Bytes[^1]);
    }

    [Theory]
    [InlineData(0xFFE)]
    [InlineData(0xFFF)]
    [InlineData(0x7F3)]
    public void A_misaligned_access_works_within_and_across_pages(int offset)
    {
        using var hart = HartWithHandler();
        (hart[A0], hart[T0]) = (GuestRam.Start + 0x2000 + (ulong)offset, 0x0102_0304_0506_0708);
        hart.Load(Sd(T0, A0, 0), Ld(T1, A0, 0));
        hart.Core.Run(2);
        Assert.Equal(hart[T0], hart[T1]);
    }

    [Fact]
    public void A_misaligned_atomic_traps()
    {
        using var hart = HartWithHandler();
        hart[A0] = GuestRam.Start + 0x1002;
        hart.Load(Amo(0, isDouble: false, T0, A0, T1));
        hart.Core.Run(1);
        Assert.Equal((6UL, GuestRam.Start + 0x1002), (hart.Core.State.Mcause, hart.Core.State.Mtval));
    }

    [Theory]
    [InlineData("interpreter")]
    [InlineData("eager-translator")]
    [InlineData("eager-baseline")]
    public void Without_compressed_instructions_a_jump_to_an_odd_halfword_traps_and_does_not_link(string engine)
    {
        foreach (var jump in new[] { Jal(Ra, 2), Jalr(Ra, A0, 6), Jalr(Zero, A0, 7) })
        {
            using var hart = new TestHart(options: new Dictionary<string, string> { ["isa"] = "rv64ima", ["engine"] = engine });
            hart.Load(Addi(T0, T0, 1), jump).Load(Handler, Csrrs(T1, CsrAddress.Mcause, Zero), Csrrw(T2, CsrAddress.Mepc, A1), Mret);
            (hart.Core.State.Mtvec, hart[A0], hart[A1]) = (Handler, GuestRam.Start, GuestRam.Start);
            hart.Core.Run(500); // 100 times, so that it is translated where that is wanted
            Assert.Equal((0UL, GuestRam.Start + 6), (hart[T1], hart.Core.State.Mtval));
            Assert.Equal((100UL, 0UL, GuestRam.Start + 4), (hart[T0], hart[Ra], hart[T2]));
        }
    }

    [Fact]
    public void A_guest_without_a_handler_is_a_fault_that_tells_why()
    {
        using var hart = new TestHart();
        hart.Load(Ecall);
        var result = hart.Core.Run(1000);
        Assert.Equal(StopReason.Fault, result.Reason);
        Assert.Contains("EnvironmentCallFromMachine at pc 0x80000000", result.Detail);
        Assert.Equal(StopReason.Fault, hart.Core.Run(1000).Reason);
    }

    [Fact]
    public void Mret_puts_back_the_interrupt_enable_and_goes_to_mepc()
    {
        using var hart = HartWithHandler();
        hart.Load(Handler, Mret);
        hart.Core.State.Mstatus |= Status.Mie;
        hart.Load(Ecall);
        hart.Core.Run(1);
        Assert.Equal(Status.Mpie | Status.Mpp, hart.Core.State.Mstatus & (Status.Mie | Status.Mpie | Status.Mpp));
        hart.Core.State.Mepc = GuestRam.Start + 0x80;
        hart.Core.Run(1);
        Assert.Equal(GuestRam.Start + 0x80, hart.Pc);
        Assert.Equal(Status.Mie, hart.Core.State.Mstatus & Status.Mie);
    }

    [Theory]
    [InlineData(0u, 0x400)]
    [InlineData(1u, 0x400 + 4 * Interrupt.MachineTimer)]
    public void A_timer_interrupt_goes_where_mtvec_says(uint mode, int offset)
    {
        using var hart = HartWithHandler(mode: mode);
        hart.Load(Jal(Zero, 0));
        hart.Load(GuestRam.Start + (ulong)offset, Jal(Zero, 0));
        hart.Core.State.Mstatus |= Status.Mie;
        hart.Core.State.Mie = 1 << Interrupt.MachineTimer;
        hart.Core.Run(10);
        Assert.Equal(GuestRam.Start, hart.Pc);
        hart.Core.FindInput("mtip")!.Drive(true);
        hart.Core.Run(10);
        Assert.Equal(GuestRam.Start + (ulong)offset, hart.Pc);
        Assert.Equal(1UL << 63 | Interrupt.MachineTimer, hart.Core.State.Mcause);
    }

    [Fact]
    public void An_interrupt_that_a_store_raises_is_taken_before_the_next_instruction()
    {
        using var hart = HartWithHandler();
        var line = hart.Core.FindInput("msip")!;
        hart.Devices.Written = (_, value) => line.Drive(value != 0);
        hart.Load(Lui(A0, 0x10000), Addi(T0, Zero, 1), Sw(T0, A0, 0), Addi(T1, Zero, 1), Jal(Zero, 0));
        hart.Core.State.Mstatus |= Status.Mie;
        hart.Core.State.Mie = 1 << Interrupt.MachineSoftware;
        hart.Core.Run(100);
        Assert.Equal(GuestRam.Start + 12, hart.Core.State.Mepc);
        Assert.Equal(0UL, hart[T1]);
    }

    [Fact]
    public void Wfi_waits_until_an_enabled_interrupt_and_costs_nothing_meanwhile()
    {
        using var hart = HartWithHandler();
        hart.Load(Wfi, Addi(T0, Zero, 1), Jal(Zero, 0));
        hart.Core.State.Mie = 1 << Interrupt.MachineExternal;
        Assert.Equal(new RunResult(StopReason.WaitingForInterrupt, 1), hart.Core.Run(100));
        Assert.Equal(new RunResult(StopReason.WaitingForInterrupt, 0), hart.Core.Run(100));
        hart.Core.FindInput("mtip")!.Drive(true);
        Assert.False(hart.Core.HasWakeUp);
        hart.Core.FindInput("meip")!.Drive(true);
        Assert.True(hart.Core.HasWakeUp);
        Assert.Equal(new RunResult(StopReason.BudgetUsed, 100), hart.Core.Run(100));
        Assert.Equal(1UL, hart[T0]); // the global enable is off: it woke up, and went on
    }

    [Fact]
    public void Waiting_is_part_of_the_state()
    {
        using var hart = HartWithHandler();
        using var twin = HartWithHandler();
        hart.Load(Wfi);
        hart.Core.Run(100);
        var saved = new StateTree();
        hart.Core.Save(saved);
        twin.Core.Restore(saved);
        Assert.Equal(new RunResult(StopReason.WaitingForInterrupt, 0), twin.Core.Run(100));
    }

    [Fact]
    public void Traps_are_counted_as_cycles_but_not_as_retired()
    {
        using var hart = HartWithHandler();
        hart.Load(Ecall);
        hart.Load(Handler, Csrrs(T0, CsrAddress.Mcycle, Zero), Csrrs(T1, CsrAddress.Minstret, Zero), Jal(Zero, 0));
        hart.Core.Run(3);
        Assert.Equal((1UL, 1UL), (hart[T0], hart[T1]));
    }

    [Fact]
    public void A_counter_that_is_written_reads_so_at_the_next_instruction()
    {
        using var hart = HartWithHandler();
        hart[T0] = 1000;
        hart.Load(Csrrw(Zero, CsrAddress.Minstret, T0), Csrrs(T1, CsrAddress.Minstret, Zero), Csrrs(T2, CsrAddress.Minstret, Zero));
        hart.Core.Run(3);
        Assert.Equal((1000UL, 1001UL), (hart[T1], hart[T2]));
    }
}
