// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using static EdgeHypervisor.Cores.RiscV.Tests.Assembler;

namespace EdgeHypervisor.Cores.RiscV.Tests;

public sealed class PrivilegeTests
{
    private const string Isa = "rv64imacsu_sstc";
    private const ulong MachineHandler = GuestRam.Start + 0x400;
    private const ulong SupervisorHandler = GuestRam.Start + 0x500;
    private const ulong Readable = 1 | 2, Writable = 1 | 2 | 4, Executable = 1 | 2 | 8, User = 16, Pointer = 1;

    private static TestHart HartIn(Privilege privilege, string isa = Isa, ulong flashBytes = 0, string engine = "translator")
    {
        var hart = new TestHart(isa, flashBytes: flashBytes, options: new Dictionary<string, string> { ["isa"] = isa, ["engine"] = engine });
        ref var state = ref hart.Core.State;
        (state.Mtvec, state.Stvec, state.Privilege) = (MachineHandler, SupervisorHandler, privilege);
        AllowAll(hart);
        hart.Load(MachineHandler, Jal(Zero, 0)).Load(SupervisorHandler, Jal(Zero, 0));
        hart.Core.OnTranslationChanged();
        return hart;
    }

    private static unsafe void AllowAll(TestHart hart)
    {
        hart.Core.State.PmpConfig[15] = 0x1F; // NAPOT, RWX
        hart.Core.State.PmpAddress[15] = (1UL << 54) - 1;
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(1, 9)]
    public void An_environment_call_says_where_it_came_from_and_can_be_delegated(int privilege, int cause)
    {
        using var hart = HartIn((Privilege)privilege);
        hart.Load(Ecall);
        hart.Core.Run(1);
        Assert.Equal((MachineHandler, (ulong)cause, Privilege.Machine), (hart.Pc, hart.Core.State.Mcause, hart.Core.State.Privilege));
        Assert.Equal((ulong)privilege, hart.Core.State.Mstatus >> Status.MppShift & 3);

        using var delegating = HartIn((Privilege)privilege);
        delegating.Core.State.Medeleg = 1UL << cause;
        delegating.Load(Ecall);
        delegating.Core.Run(1);
        Assert.Equal((SupervisorHandler, (ulong)cause, Privilege.Supervisor), (delegating.Pc, delegating.Core.State.Scause, delegating.Core.State.Privilege));
        Assert.Equal(privilege == 1, (delegating.Core.State.Mstatus & Status.Spp) != 0);
    }

    [Theory]
    [InlineData(CsrAddress.Mstatus, 1)]
    [InlineData(CsrAddress.Sstatus, 0)]
    [InlineData(CsrAddress.Cycle, 0)] // not enabled in mcounteren
    [InlineData(CsrAddress.Cycle, 1)]
    public void Registers_of_a_higher_privilege_are_illegal(int csr, int privilege)
    {
        using var hart = HartIn((Privilege)privilege);
        hart.Load(Csrrs(T0, csr, Zero));
        hart.Core.Run(1);
        Assert.Equal(2UL, hart.Core.State.Mcause);
    }

    [Theory]
    [InlineData(Mret, 1)]
    [InlineData(0x1020_0073u, 0)] // sret
    [InlineData(0x1200_0073u, 0)] // sfence.vma
    [InlineData(Wfi, 0)] // where there is a supervisor: nobody could say when it ends
    public void Instructions_of_a_higher_privilege_are_illegal(uint word, int privilege)
    {
        using var hart = HartIn((Privilege)privilege);
        hart.Load(word);
        hart.Core.Run(1);
        Assert.Equal(2UL, hart.Core.State.Mcause);
    }

    [Theory]
    [InlineData(Status.Tvm, 0x1200_0073u)] // sfence.vma
    [InlineData(Status.Tvm, 0x1800_22F3u)] // csrrs t0, satp, zero
    [InlineData(Status.Tsr, 0x1020_0073u)] // sret
    [InlineData(Status.Tw, Wfi)]
    public void Machine_mode_can_trap_what_a_supervisor_does(ulong status, uint word)
    {
        using var hart = HartIn(Privilege.Supervisor);
        hart.Load(word);
        hart.Core.State.Mstatus |= status;
        hart.Core.Run(1);
        Assert.Equal(2UL, hart.Core.State.Mcause);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Flash_below_RAM_is_read_and_refuses_every_store_not_only_the_first(int privilege)
    {
        using var hart = HartIn((Privilege)privilege, flashBytes: 64 * 1024);
        (hart[A0], hart[A1], hart[T0]) = (GuestRam.FlashStart + 0x1010, GuestRam.Start + 0x3010, 0x55);
        hart.Load(Lw(T1, A0, 0), Sw(T0, A1, 0), Sw(T0, A1, 4), Sw(T0, A0, 0));
        for (var i = 0; i < 3; i++)
        {
            (hart.Core.State.Pc, hart.Core.State.Privilege, hart.Core.State.Mcause) = (GuestRam.Start, (Privilege)privilege, 0);
            hart.Core.Traps.ModeChanged = true;
            hart.Core.Run(4);
            Assert.Equal((7UL, GuestRam.FlashStart + 0x1010), (hart.Core.State.Mcause, hart.Core.State.Mtval));
        }
        Assert.Equal(-1, hart.Ram.Flash.IndexOfAnyExcept((byte)0));
        Assert.Equal(0u, hart[T1]);
        Assert.Equal(0x55, hart.Ram.Bytes[0x3014]);
    }

    [Fact]
    public void A_delegated_interrupt_reaches_the_supervisor_and_not_machine_mode()
    {
        using var hart = HartIn(Privilege.Supervisor);
        hart.Load(Jal(Zero, 0));
        hart.Core.State.Mideleg = 1 << Interrupt.SupervisorExternal;
        hart.Core.State.Mie = 1 << Interrupt.SupervisorExternal;
        hart.Core.FindInput("seip")!.Drive(true);
        hart.Core.Run(5);
        Assert.Equal(GuestRam.Start, hart.Pc); // SIE is off
        hart.Core.State.Mstatus |= Status.Sie;
        hart.Core.Run(5);
        Assert.Equal((SupervisorHandler, 1UL << 63 | 9), (hart.Pc, hart.Core.State.Scause));
    }

    [Fact]
    public void The_supervisors_own_timer_wakes_it_at_stimecmp()
    {
        using var hart = HartIn(Privilege.Supervisor);
        ref var state = ref hart.Core.State;
        state.Menvcfg = 1UL << 63;
        state.Mcounteren = Counters.TimeBit;
        (state.Mideleg, state.Mie) = (1 << Interrupt.SupervisorTimer, 1 << Interrupt.SupervisorTimer);
        state.Mstatus |= Status.Sie;
        hart[T0] = 500; // ticks of 100 ns
        hart.Load(Csrrw(Zero, CsrAddress.Stimecmp, T0), Wfi, Jal(Zero, 0));
        Assert.Equal(StopReason.WaitingForInterrupt, hart.Core.Run(100).Reason);
        hart.Time.AdvanceTo(49_999);
        Assert.Equal(StopReason.WaitingForInterrupt, hart.Core.Run(100).Reason);
        hart.Time.AdvanceTo(50_000);
        hart.Core.Run(1);
        Assert.Equal((SupervisorHandler, 1UL << 63 | 5), (hart.Pc, state.Scause));
    }

    [Fact]
    public void A_timer_interrupt_that_software_set_goes_when_stimecmp_takes_over()
    {
        using var hart = HartIn(Privilege.Machine);
        (hart[T0], hart[T1], hart[T2]) = (1 << Interrupt.SupervisorTimer, 1UL << 63, ulong.MaxValue);
        hart.Load(Csrrs(Zero, CsrAddress.Mip, T0), Csrrs(A0, CsrAddress.Mip, Zero),
            Csrrw(Zero, CsrAddress.Stimecmp, T2), Csrrw(Zero, CsrAddress.Menvcfg, T1), Csrrs(A1, CsrAddress.Mip, Zero));
        hart.Core.Run(5);
        Assert.Equal((1UL << Interrupt.SupervisorTimer, 0UL), (hart[A0], hart[A1]));
    }

    [Theory]
    [InlineData(8UL, 3)]
    [InlineData(9UL, 4)]
    public void Translation_follows_the_page_tables(ulong mode, int levels)
    {
        using var hart = HartIn(Privilege.Supervisor);
        const ulong address = 0x12_3456_7000;
        Map(hart, mode, levels, address, GuestRam.Start + 0x3000, Writable);
        Map(hart, mode, levels, GuestRam.Start, GuestRam.Start, Executable);
        (hart[A0], hart[A1], hart[T0]) = (address + 0x18, address + 0x1000, 0x1122_3344_5566_7788);
        hart.Load(Sd(T0, A0, 0), Ld(T1, A0, 0), Ld(T2, A1, 0));
        hart.Core.Run(2);
        Assert.Equal(0x1122_3344_5566_7788UL, hart[T1]);
        Assert.Equal(0x88, hart.Ram.Bytes[0x3018]);
        hart.Core.Run(1);
        Assert.Equal((13UL, address + 0x1000), (hart.Core.State.Mcause, hart.Core.State.Mtval));
    }

    [Theory]
    [InlineData(8UL, 3)]
    [InlineData(9UL, 4)]
    public void A_debugger_finds_what_a_virtual_address_leads_to_and_marks_nothing(ulong mode, int levels)
    {
        using var hart = HartIn(Privilege.Supervisor);
        const ulong address = 0x12_3456_7000;
        var leaf = Map(hart, mode, levels, address, GuestRam.Start + 0x3000, Readable | User); // which the supervisor may not read
        var before = hart.Ram.Bytes.ToArray();
        IDebuggableCore core = hart.Core;
        Assert.True(core.TryTranslate(address + 0x123, out var physical));
        Assert.Equal(GuestRam.Start + 0x3123, physical);
        Assert.False(core.TryTranslate(address + 0x1000, out _));
        Assert.Equal(before, hart.Ram.Bytes.ToArray());

        Assert.True(hart.Ram.TryWrite(leaf, new byte[8]));
        Assert.False(core.TryTranslate(address, out _));
        hart.Core.State.Privilege = Privilege.Machine;
        Assert.True(core.TryTranslate(address, out physical));
        Assert.Equal(address, physical);
    }

    [Fact]
    public void Page_tables_in_a_device_are_not_read_for_a_debugger()
    {
        using var hart = HartIn(Privilege.Supervisor);
        hart.Core.State.Satp = 8UL << 60 | 0x1000_0000 >> 12;
        Assert.False(((IDebuggableCore)hart.Core).TryTranslate(0x5000, out _));
        Assert.Empty(hart.Devices.RetiredAtAccess);
    }

    [Theory]
    [InlineData(Readable, 15UL)] // a store to a read-only page
    [InlineData(Writable | User, 15UL)] // a user's page without SUM
    [InlineData(0UL, 15UL)]
    public void A_store_that_its_page_does_not_permit_is_a_page_fault(ulong permissions, ulong cause)
    {
        using var hart = HartIn(Privilege.Supervisor);
        Map(hart, 8, 3, 0x5000, GuestRam.Start + 0x3000, permissions);
        Map(hart, 8, 3, GuestRam.Start, GuestRam.Start, Executable);
        hart[A0] = 0x5000;
        hart.Load(Sd(T0, A0, 0));
        hart.Core.Run(1);
        Assert.Equal((cause, 0x5000UL, GuestRam.Start), (hart.Core.State.Mcause, hart.Core.State.Mtval, hart.Core.State.Mepc));
    }

    private const uint FenceAll = 0x1200_0073, FenceA0 = 0x1205_0073, FenceA0InSpaceA1 = 0x12B5_0073, FenceSpaceA1 = 0x12B0_0073;

    [Theory]
    [InlineData(0x5000UL, FenceAll)]
    [InlineData(0UL, FenceAll)]
    [InlineData(0x5000UL, FenceA0)]
    [InlineData(0UL, FenceA0)]
    [InlineData(0x5000UL, FenceA0InSpaceA1)]
    [InlineData(0x5000UL, FenceSpaceA1)]
    public void A_changed_mapping_counts_after_sfence_vma(ulong address, uint fence)
    {
        using var hart = HartIn(Privilege.Supervisor);
        var leaf = Map(hart, 8, 3, address, GuestRam.Start + 0x3000, Writable);
        Map(hart, 8, 3, GuestRam.Start, GuestRam.Start, Executable);
        Assert.True(hart.Ram.TryWrite(GuestRam.Start + 0x3000, [1]));
        Assert.True(hart.Ram.TryWrite(GuestRam.Start + 0x4000, [2]));
        hart[A0] = address;
        hart.Load(Ld(T0, A0, 0), Sd(T0, A0, 8), fence, Ld(T1, A0, 0), Sd(T1, A0, 16));
        hart.Core.Run(2);
        Assert.True(hart.Ram.TryWrite(leaf, BitConverter.GetBytes((GuestRam.Start + 0x4000) >> 2 | Writable)));
        hart.Core.Run(3);
        Assert.Equal((1UL, 2UL, 1, 2), (hart[T0], hart[T1], hart.Ram.Bytes[0x3008], hart.Ram.Bytes[0x4010]));
    }

    [Fact]
    public void A_fence_for_any_address_of_a_superpage_is_one_for_all_of_it()
    {
        using var hart = HartIn(Privilege.Supervisor);
        const ulong address = 0x4060_0000;
        var leaf = Map(hart, 8, 3, address, GuestRam.Start, Writable, leafLevel: 1);
        Map(hart, 8, 3, GuestRam.Start, GuestRam.Start, Executable);
        (hart[A0], hart[A2]) = (address + 0x7000, address + 0x3000);
        hart.Load(Ld(T0, A2, 0), FenceA0, Ld(T0, A2, 0));
        hart.Core.Run(1);
        Assert.True(hart.Ram.TryWrite(leaf, new byte[8]));
        hart.Core.Run(2);
        Assert.Equal((13UL, address + 0x3000), (hart.Core.State.Mcause, hart.Core.State.Mtval));
    }

    [Theory]
    [InlineData("interpreter")]
    [InlineData("eager-translator")]
    [InlineData("eager-baseline")]
    public void Code_is_looked_for_anew_after_a_fence_for_its_page_and_not_after_one_for_data(string engine)
    {
        using var hart = HartIn(Privilege.Supervisor, engine: engine);
        const ulong code = 0x5000, data = 0x6000;
        var leaf = Map(hart, 8, 3, code, GuestRam.Start + 0x3000, Executable);
        Map(hart, 8, 3, data, GuestRam.Start + 0x5000, Writable);
        Map(hart, 8, 3, GuestRam.Start, GuestRam.Start, Executable);
        hart.Load(GuestRam.Start + 0x3000, Addi(T0, T0, 1), Addi(T0, T0, 1), Addi(T0, T0, 1), Jalr(Zero, Ra, 0));
        hart.Load(GuestRam.Start + 0x4000, Addi(T0, T0, 16), Addi(T0, T0, 16), Addi(T0, T0, 16), Jalr(Zero, Ra, 0));
        (hart[A0], hart[A2]) = (data, code);
        hart.Load(Ld(T1, A0, 0), Jalr(Ra, A2, 0), Wfi, FenceA0, Wfi, Jalr(Ra, A2, 0), Addi(A0, A2, 0), Wfi, FenceA0, Jalr(Ra, A2, 0), Wfi);
        RunToWfi();
        var epoch = hart.Core.TranslationEpoch;
        RunToWfi();
        Assert.Equal((3UL, epoch), (hart[T0], hart.Core.TranslationEpoch));
        RunToWfi();
        Assert.True(hart.Ram.TryWrite(leaf, BitConverter.GetBytes((GuestRam.Start + 0x4000) >> 2 | Executable)));
        RunToWfi();
        Assert.Equal(6UL + 48, hart[T0]);

        void RunToWfi()
        {
            hart.Core.State.Waiting = false;
            Assert.Equal(StopReason.WaitingForInterrupt, hart.Core.Run(100).Reason);
        }
    }

    [Fact]
    public void A_store_across_two_pages_writes_neither_when_the_second_refuses()
    {
        using var hart = HartIn(Privilege.Supervisor);
        Map(hart, 8, 3, 0x5000, GuestRam.Start + 0x3000, Writable);
        Map(hart, 8, 3, GuestRam.Start, GuestRam.Start, Executable);
        (hart[A0], hart[T0]) = (0x5FFC, ulong.MaxValue);
        hart.Load(Sd(T0, A0, 0));
        hart.Core.Run(1);
        Assert.Equal((15UL, 0x6000UL), (hart.Core.State.Mcause, hart.Core.State.Mtval));
        Assert.Equal(0, hart.Ram.Bytes[0x3FFC]);
    }

    [Theory]
    [InlineData("interpreter")]
    [InlineData("eager-translator")]
    [InlineData("eager-baseline")]
    public void A_load_across_two_pages_says_where_the_second_begins_when_that_refuses(string engine)
    {
        using var hart = HartIn(Privilege.Supervisor, engine: engine);
        Map(hart, 8, 3, 0x5000, GuestRam.Start + 0x3000, Writable);
        Map(hart, 8, 3, GuestRam.Start, GuestRam.Start, Executable);
        hart[A0] = 0x5FFC;
        hart.Load(Ld(T0, A0, 0));
        hart.Core.Run(1);
        Assert.Equal((13UL, 0x6000UL), (hart.Core.State.Mcause, hart.Core.State.Mtval));
    }

    [Fact]
    public void An_odd_address_of_page_zero_is_not_found_where_nothing_has_been_translated_yet()
    {
        foreach (var access in new[] { I(0x03, 5, T0, A0, 0), Lw(T0, A0, 0), S(1, A0, T0, 0) })
        {
            using var hart = HartIn(Privilege.Supervisor);
            Map(hart, 8, 3, GuestRam.Start, GuestRam.Start, Executable);
            hart[A0] = 0x259;
            hart.Load(access);
            hart.Core.Run(1);
            Assert.Equal(0x259UL, hart.Core.State.Mtval);
        }
    }

    [Fact]
    public unsafe void A_page_with_a_protected_part_is_checked_access_by_access()
    {
        using var hart = HartIn(Privilege.Supervisor);
        hart.Core.State.PmpConfig[0] = 0x10; // four bytes, nothing allowed
        hart.Core.State.PmpAddress[0] = (GuestRam.Start + 0x3008) >> 2;
        hart.Core.OnTranslationChanged();
        hart[A0] = GuestRam.Start + 0x3000;
        hart.Load(Lw(T0, A0, 0), Lw(T0, A0, 4), Lw(T0, A0, 12), Lw(T0, A0, 8));
        hart.Core.Run(3);
        Assert.Equal(GuestRam.Start + 12, hart.Pc);
        hart.Core.Run(1);
        Assert.Equal((5UL, GuestRam.Start + 0x3008), (hart.Core.State.Mcause, hart.Core.State.Mtval));
    }

    [Fact]
    public unsafe void A_breakpoint_in_a_page_with_a_protected_part_stops_too()
    {
        using var hart = HartIn(Privilege.Supervisor);
        hart.Core.State.PmpConfig[0] = 0x10; // four bytes, nothing allowed
        hart.Core.State.PmpAddress[0] = (GuestRam.Start + 0x800) >> 2;
        hart.Core.OnTranslationChanged();
        hart.Load(Addi(T0, T0, 1), Addi(T1, T1, 1), Jal(Zero, -8));
        hart.Core.AddBreakpoint(GuestRam.Start + 4);
        Assert.Equal(new RunResult(StopReason.Breakpoint, 1), hart.Core.Run(100));
        Assert.Equal(new RunResult(StopReason.Breakpoint, 3), hart.Core.Run(100));
        Assert.Equal((2UL, 1UL, GuestRam.Start + 4), (hart[T0], hart[T1], hart.Pc));
    }

    [Fact]
    public unsafe void Without_a_matching_entry_only_machine_mode_may_reach_memory()
    {
        using var hart = HartIn(Privilege.Supervisor);
        hart.Core.State.PmpConfig[15] = 0;
        hart.Core.OnTranslationChanged();
        hart.Load(Addi(T0, Zero, 1));
        hart.Core.Run(1);
        Assert.Equal((1UL, MachineHandler), (hart.Core.State.Mcause, hart.Pc));
        hart.Core.Run(1);
        Assert.Equal(MachineHandler, hart.Pc); // and there it goes on
    }

    [Fact]
    public unsafe void A_locked_entry_binds_machine_mode_and_cannot_be_changed()
    {
        using var hart = HartIn(Privilege.Machine);
        (hart[T0], hart[T1]) = (0x90, (GuestRam.Start + 0x3000) >> 2); // locked, four bytes, nothing allowed
        hart[A0] = GuestRam.Start + 0x3000;
        hart.Load(
            Csrrw(Zero, CsrAddress.Pmpaddr0, T1), Csrrw(Zero, CsrAddress.Pmpcfg0, T0), Csrrw(Zero, CsrAddress.Pmpcfg0, Zero),
            Csrrw(Zero, CsrAddress.Pmpaddr0, Zero), Lw(T2, A0, 4), Lw(T2, A0, 0));
        hart.Core.Run(5);
        Assert.Equal((0x90, (GuestRam.Start + 0x3000) >> 2), (hart.Core.State.PmpConfig[0], hart.Core.State.PmpAddress[0]));
        hart.Core.Run(1);
        Assert.Equal((5UL, GuestRam.Start + 0x3000), (hart.Core.State.Mcause, hart.Core.State.Mtval));
    }

    [Fact]
    public void An_entry_that_is_not_locked_refuses_machine_mode_what_it_matches_in_part()
    {
        using var hart = HartIn(Privilege.Machine);
        (hart[T0], hart[T1]) = (0x10, (GuestRam.Start + 0x3000) >> 2); // four bytes, nothing allowed to the lower privileges
        hart[A0] = GuestRam.Start + 0x3000;
        hart.Load(
            Ld(T2, A0, 0), Csrrw(Zero, CsrAddress.Pmpaddr0, T1), Csrrw(Zero, CsrAddress.Pmpcfg0, T0), Lw(T2, A0, 0), Lw(T2, A0, 4), Ld(T2, A0, 8), Ld(T2, A0, 0));
        hart.Core.Run(6);
        Assert.Equal(GuestRam.Start + 24, hart.Pc);
        hart.Core.Run(1);
        Assert.Equal((5UL, GuestRam.Start + 0x3000), (hart.Core.State.Mcause, hart.Core.State.Mtval));
    }

    [Fact]
    public void A_hot_loop_is_translated_in_small_regions_where_each_access_is_looked_up()
    {
        using var hart = HartIn(Privilege.Supervisor);
        hart.Load([.. Enumerable.Repeat(Addi(T1, T1, 1), 210), Jal(Zero, -840)]); // below the handlers
        var deadline = DateTime.UtcNow.AddMinutes(4);
        while (hart.Core.Translator!.OptimisedCount == 0)
        {
            Assert.True(DateTime.UtcNow < deadline, $"nothing was translated: {hart.Core.Translator.Failure}");
            hart.Core.Run(1_000_000);
        }
        // One that begins with the loop and one that begins where that ends, of either compiler.
        Assert.InRange(hart.Core.Translator.RegionCount, 1, 3);
        Assert.InRange(hart.Core.Translator.InstructionCount, 200, 3 * 200);
    }

    [Fact]
    public void Mprv_lends_machine_mode_the_privilege_of_the_code_it_serves()
    {
        using var hart = HartIn(Privilege.Machine);
        Map(hart, 8, 3, 0x5000, GuestRam.Start + 0x3000, Writable);
        Assert.True(hart.Ram.TryWrite(GuestRam.Start + 0x3000, [7]));
        (hart[A0], hart[T0]) = (0x5000, Status.Mprv | 1UL << Status.MppShift);
        hart.Load(Csrrs(Zero, CsrAddress.Mstatus, T0), Ld(T1, A0, 0), I(0x73, 3, Zero, T0, CsrAddress.Mstatus), Ld(T1, A0, 0));
        hart.Core.Run(2);
        Assert.Equal(7UL, hart[T1]);
        hart.Core.Run(2);
        Assert.Equal(5UL, hart.Core.State.Mcause);
    }

    [Theory]
    [InlineData("interpreter")]
    [InlineData("eager-translator")]
    [InlineData("eager-baseline")]
    public void After_a_return_to_machine_mode_with_mprv_accesses_are_user_modes(string engine)
    {
        using var hart = HartIn(Privilege.Machine, engine: engine);
        Map(hart, 8, 3, 0x5000, GuestRam.Start + 0x3000, Writable);
        Assert.True(hart.Ram.TryWrite(GuestRam.Start + 0x3000, [7]));
        (hart[A0], hart[T0], hart[A1]) = (0x5000, Status.Mprv | 1UL << Status.MppShift, GuestRam.Start + 12);
        hart.Load(Csrrs(Zero, CsrAddress.Mstatus, T0), Ld(T1, A0, 0), Ecall, Ld(T2, A0, 0));
        hart.Load(MachineHandler, Csrrw(Zero, CsrAddress.Mepc, A1), Mret);
        hart.Core.Run(5);
        Assert.Equal((7UL, GuestRam.Start + 12), (hart[T1], hart.Pc));
        hart.Core.Run(1);
        Assert.Equal((13UL, 0x5000UL, GuestRam.Start + 12), (hart.Core.State.Mcause, hart.Core.State.Mtval, hart.Core.State.Mepc));
    }

    [Fact]
    public void Without_supervisor_mode_its_registers_do_not_exist()
    {
        using var hart = HartIn(Privilege.Machine, "rv64imac");
        hart.Load(Csrrs(T0, CsrAddress.Satp, Zero));
        hart.Core.Run(1);
        Assert.Equal(2UL, hart.Core.State.Mcause);
        Assert.Equal(Status.Mpp, hart.Core.State.Mstatus & Status.Mpp);
    }

    // Tables grow from 0x8000 on in RAM, one for each level on the way; returns the leaf's address.
    private static ulong Map(TestHart hart, ulong mode, int levels, ulong address, ulong physical, ulong permissions, int leafLevel = 0)
    {
        const ulong root = GuestRam.Start + 0x8000;
        var table = root;
        for (var level = levels - 1; level > leafLevel; level--)
        {
            var at = table + (address >> (12 + 9 * level) & 511) * 8;
            var entry = BitConverter.ToUInt64(hart.Ram.Bytes[(int)(at - GuestRam.Start)..]);
            if (entry == 0)
            {
                entry = NewTable(hart) >> 2 | Pointer;
                Assert.True(hart.Ram.TryWrite(at, BitConverter.GetBytes(entry)));
            }
            table = entry >> 10 << 12;
        }
        var leaf = table + (address >> (12 + 9 * leafLevel) & 511) * 8;
        Assert.True(hart.Ram.TryWrite(leaf, BitConverter.GetBytes(physical >> 2 | permissions)));
        hart.Core.State.Satp = mode << 60 | root >> 12;
        hart.Core.OnTranslationChanged();
        return leaf;
    }

    // The first page behind the root whose marker byte at RAM's end is not set.
    private static ulong NewTable(TestHart hart)
    {
        var used = ++hart.Ram.Bytes[^1];
        return GuestRam.Start + 0x8000 + used * 0x1000UL;
    }
}
