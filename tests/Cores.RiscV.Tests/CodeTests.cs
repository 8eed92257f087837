// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using static EdgeHypervisor.Cores.RiscV.Tests.Assembler;

namespace EdgeHypervisor.Cores.RiscV.Tests;

public sealed class CodeTests
{
    [Fact]
    public void Code_that_the_guest_changed_runs_anew_after_fence_i()
    {
        using var hart = new TestHart();
        (hart[A0], hart[T2]) = (GuestRam.Start + 0x200, Addi(T0, T0, 16));
        hart.Load(Jalr(Ra, A0, 0), Sw(T2, A0, 0), FenceI, Jalr(Ra, A0, 0), Jal(Zero, 0));
        hart.Load(GuestRam.Start + 0x200, Addi(T0, T0, 1), Jalr(Zero, Ra, 0));
        hart.Core.Run(100);
        Assert.Equal(17UL, hart[T0]);
    }

    [Theory]
    [InlineData("interpreter", false)]
    [InlineData("translator", false)]
    [InlineData("eager-translator", false)]
    [InlineData("eager-baseline", false)]
    [InlineData("eager-translator", true)]
    [InlineData("eager-baseline", true)]
    public void Code_that_the_guest_changed_from_another_page_runs_anew_without_fence_i(string engine, bool deterministic)
    {
        using var hart = new TestHart(options: new Dictionary<string, string> { ["isa"] = "rv64imac", ["engine"] = engine }, deterministic: deterministic);
        (hart[A0], hart[T1], hart[T2], hart[A3]) = (GuestRam.Start + 0x2FFC, Addi(T0, T0, 1), Addi(T0, T0, 16), 5000);
        hart.Load(
            Sw(T1, A0, 0), Jalr(Ra, A0, 0), Sw(T2, A0, 0), Jalr(Ra, A0, 0), Jalr(Ra, A0, 0), // the last time nothing was written
            Addi(A3, A3, -1), Bne(A3, Zero, -24), Wfi);
        hart.Load(GuestRam.Start + 0x2FFC, Addi(T0, T0, 7), Jalr(Zero, Ra, 0)); // in two pages
        RunToWfi(hart);
        Assert.Equal((0UL, 5000 * (1UL + 16 + 16)), (hart[A3], hart[T0]));
        Assert.Null(hart.Core.Translator?.Failure);
    }

    [Theory]
    [InlineData("interpreter")]
    [InlineData("eager-translator")]
    [InlineData("eager-baseline")]
    public void A_function_with_data_in_its_page_is_decoded_once_however_often_it_is_called_from_another(string engine)
    {
        using var hart = new TestHart(options: new Dictionary<string, string> { ["isa"] = "rv64imac", ["engine"] = engine });
        (hart[A0], hart[A1], hart[A3]) = (GuestRam.Start + 0x2000, GuestRam.Start + 0x2800, 5000);
        hart.Load(Jalr(Ra, A0, 0), Addi(A3, A3, -1), Bne(A3, Zero, -8), Wfi);
        hart.Load(GuestRam.Start + 0x2000, Lw(T0, A1, 0), Addi(T0, T0, 1), Sw(T0, A1, 0), Jalr(Zero, Ra, 0));
        var changes = 0;
        hart.Core.Code.PageChanged += (_, _) => changes++;
        RunToWfi(hart);
        Assert.Equal((0UL, 5000UL, 0), (hart[A3], hart[T0], changes));
    }

    [Theory]
    [InlineData("interpreter")]
    [InlineData("translator")]
    [InlineData("eager-translator")]
    [InlineData("eager-baseline")]
    public void Code_in_a_page_whose_data_changed_thousands_of_times_still_runs_anew_when_it_changes(string engine)
    {
        using var hart = new TestHart(options: new Dictionary<string, string> { ["isa"] = "rv64imac", ["engine"] = engine });
        (hart[A0], hart[A1], hart[T2], hart[A3], hart[A4]) = (GuestRam.Start + 0x2000, GuestRam.Start + 0x2800, Addi(T0, T0, 16), 5000, 5000);
        hart.Load(
            Sw(A3, A1, 0), Jalr(Ra, A0, 0), Addi(A3, A3, -1), Bne(A3, Zero, -12),
            Addi(A4, A4, -1), Bne(A4, Zero, -4), // some slices later
            Sw(T2, A0, 0), Jalr(Ra, A0, 0), Wfi);
        hart.Load(GuestRam.Start + 0x2000, Addi(T0, T0, 1), Jalr(Zero, Ra, 0));
        RunToWfi(hart);
        Assert.Equal((0UL, 5000UL + 16), (hart[A3], hart[T0]));
        Assert.Null(hart.Core.Translator?.Failure);
    }

    [Fact]
    public void What_was_decoded_after_a_store_counts_as_changed_when_the_old_bytes_are_back()
    {
        using var hart = new TestHart(options: new Dictionary<string, string> { ["isa"] = "rv64imacsu" });
        (hart[A0], hart[T1], hart[T2]) = (GuestRam.Start + 0x2000, Addi(T0, T0, 1), Addi(T0, T0, 16));
        // The function writes an instruction of its own, runs it, and puts the old one back; that is called then.
        const uint SfenceVma = 0x1200_0073; // the hart looks anew where its code is
        hart.Load(Jalr(Ra, A0, 0), SfenceVma, Jalr(Ra, A0, 16), Jal(Zero, 0));
        hart.Load(GuestRam.Start + 0x2000, Sw(T2, A0, 16), Jal(Zero, 12), Sw(T1, A0, 16), Jalr(Zero, Ra, 0), Addi(T0, T0, 1), Beq(A1, Zero, 8), Jalr(Zero, Ra, 0), Addi(A1, A1, 1), Jal(Zero, -24));
        hart.Core.Run(100);
        Assert.Equal(16UL + 1, hart[T0]);
    }

    private static void RunToWfi(TestHart hart)
    {
        for (var slices = 0; hart.Core.Run(1000).Reason != StopReason.WaitingForInterrupt; slices++) Assert.True(slices < 100_000, "the program does not end");
    }

    [Fact]
    public void Code_that_the_host_changed_between_slices_runs_anew_at_once()
    {
        using var hart = new TestHart();
        hart.Load(Addi(T0, T0, 1), Jal(Zero, -4));
        hart.Core.Run(10);
        hart.Load(Addi(T1, T1, 1));
        hart.Core.Run(10);
        Assert.Equal((5UL, 5UL), (hart[T0], hart[T1]));
    }

    [Fact]
    public void Stores_beside_code_mark_their_page_dirty_without_losing_the_code()
    {
        using var hart = new TestHart();
        hart[A0] = GuestRam.Start + 0x800;
        hart.Load(Addi(T0, T0, 1), Sw(T0, A0, 0), Jal(Zero, -8));
        hart.Core.Run(3);
        var pages = hart.Core.Code.PageCount;
        hart.Core.Run(3000);
        Assert.Equal(pages, hart.Core.Code.PageCount);
        Assert.Equal(1001UL, hart[T0]);
    }

    [Fact]
    public unsafe void A_store_clears_the_clean_flag_of_each_page_it_touches()
    {
        using var hart = new TestHart();
        for (var page = 0; page < 16; page++) hart.Ram.Ram.Flags[page] = (byte)PageFlags.Clean;
        hart[A0] = GuestRam.Start + 0x3FFC;
        hart.Load(Sd(T0, A0, 0), Sb(T0, A0, -0x7FC), Jal(Zero, 0));
        hart.Core.Run(3);
        Assert.Equal(0, hart.Ram.Ram.Flags[3] & (byte)PageFlags.Clean);
        Assert.Equal(0, hart.Ram.Ram.Flags[4] & (byte)PageFlags.Clean);
        Assert.NotEqual(0, hart.Ram.Ram.Flags[5] & (byte)PageFlags.Clean);
    }

    [Fact]
    public unsafe void A_store_to_read_only_memory_faults_and_changes_nothing()
    {
        using var hart = new TestHart();
        hart.Core.State.Mtvec = GuestRam.Start + 0x400;
        hart.Load(GuestRam.Start + 0x400, Jal(Zero, 0));
        hart.Load(Sd(T0, A0, 0));
        hart.Ram.Ram.Flags[3] = (byte)PageFlags.ReadOnly;
        (hart[A0], hart[T0]) = (GuestRam.Start + 0x2FFC, ulong.MaxValue);
        hart.Core.Run(1);
        Assert.Equal((7UL, GuestRam.Start + 0x3000), (hart.Core.State.Mcause, hart.Core.State.Mtval));
        Assert.Equal(0, hart.Ram.Bytes[0x2FFC]);
    }

    [Fact]
    public void An_instruction_across_two_pages_runs()
    {
        using var hart = new TestHart();
        hart.Load(GuestRam.Start + 0xFFC, 0x0001_0001); // c.nop c.nop
        hart.Load(GuestRam.Start + 0x1000, 0, Jal(Zero, -6));
        var word = Addi(T0, T0, 1);
        Assert.True(hart.Ram.TryWrite(GuestRam.Start + 0xFFE, BitConverter.GetBytes(word)));
        Assert.True(hart.Ram.TryWrite(GuestRam.Start + 0x1002, BitConverter.GetBytes(Jal(Zero, -6))));
        hart.Core.Reset(GuestRam.Start + 0xFFC, []);
        hart.Core.Run(1 + 3 * 10);
        Assert.Equal(10UL, hart[T0]);
    }

    [Fact]
    public void A_breakpoint_stops_before_its_instruction_and_is_passed_when_the_guest_goes_on()
    {
        using var hart = new TestHart();
        hart.Load(Addi(T0, T0, 1), Addi(T1, T1, 1), Jal(Zero, -8));
        hart.Core.Run(30);
        hart.Core.AddBreakpoint(GuestRam.Start + 4);
        Assert.Equal(new RunResult(StopReason.Breakpoint, 1), hart.Core.Run(100));
        Assert.Equal((11UL, 10UL, GuestRam.Start + 4), (hart[T0], hart[T1], hart.Core.ProgramCounter));
        Assert.Equal(new RunResult(StopReason.Breakpoint, 3), hart.Core.Run(100));
        Assert.Equal((12UL, 11UL), (hart[T0], hart[T1]));
        hart.Core.RemoveBreakpoint(GuestRam.Start + 4);
        Assert.Equal(new RunResult(StopReason.BudgetUsed, 100), hart.Core.Run(100));
    }

    [Fact]
    public void A_core_tells_what_it_has_translated()
    {
        using var hart = new TestHart(options: new Dictionary<string, string> { ["isa"] = "rv64imac", ["engine"] = "eager-translator" });
        hart.Load(Addi(T0, T0, 1), Addi(T1, T1, 1), Jal(Zero, -8));
        Assert.Equal(default, hart.Core.Translation);
        hart.Core.Run(100);
        var made = hart.Core.Translation;
        Assert.Equal((1, 3, 1, 12), (made.Regions, made.Instructions, made.RegionsMade, made.BytesMade));
        Assert.True(made.Time > TimeSpan.Zero);
    }

    [Fact]
    public void Registers_are_shown_by_name_and_written_back()
    {
        using var hart = new TestHart("rv32imac");
        var a0 = Enumerable.Range(0, hart.Core.Registers.Count).Single(i => hart.Core.Registers[i].Name == "a0");
        Assert.True(hart.Core.TryWriteRegister(a0, 0x8000_0001));
        Assert.Equal(0x8000_0001UL, hart.Core.ReadRegister(a0));
        Assert.Equal(0xFFFF_FFFF_8000_0001, hart[A0]);
        Assert.False(hart.Core.TryWriteRegister(0, 1));
        Assert.True(hart.Core.TryWriteRegister(32, GuestRam.Start + 8));
        Assert.Equal(GuestRam.Start + 8, hart.Core.ProgramCounter);
        Assert.Equal(new RegisterInfo("pc", 32, "general"), hart.Core.Registers[32]);
    }
}
