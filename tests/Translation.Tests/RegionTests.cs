// SPDX-License-Identifier: Apache-2.0
using System.Runtime;
using System.Runtime.InteropServices;
using EdgeHypervisor.Abstractions;
using static EdgeHypervisor.Translation.Tests.ToyOp;

namespace EdgeHypervisor.Translation.Tests;

public unsafe class RegionTests
{
    /// <summary>r1 counts from 0 to r2, r3 sums up.</summary>
    private static readonly ToyInstruction[] Sum =
    [
        new(AddImmediate, A: 1, B: 1, Immediate: 1),
        new(Add, A: 3, B: 3, C: 1),
        new(BranchNotEqual, A: 1, B: 2, Immediate: 0),
    ];

    /// <summary>A loop around a call of a function that adds 5 to r3.</summary>
    private static readonly ToyInstruction[] CallInLoop =
    [
        new(Call, A: 6, Immediate: 16),
        new(AddImmediate, A: 1, B: 1, Immediate: 1),
        new(BranchNotEqual, A: 1, B: 2, Immediate: 0),
        new(ToyOp.System),
        new(AddImmediate, A: 3, B: 3, Immediate: 5),
        new(Return, A: 6),
    ];

    [Fact]
    public void A_loop_runs_inside_its_region()
    {
        using var cpu = new ToyCpu(Sum);
        cpu.State->R[2] = 1000;
        Assert.Equal(RegionExit.Left, cpu.Enter(cpu.Compile()));
        Assert.Equal(500500, cpu.State->R[3]);
        Assert.Equal(12UL, cpu.State->Pc);
    }

    [Theory]
    [InlineData(13, 13)]
    [InlineData(12, 3)] // and not 12
    public void A_function_that_does_not_fit_is_not_in_the_region_at_all(int most, int instructions)
    {
        ToyInstruction[] function = [.. Enumerable.Repeat(new ToyInstruction(AddImmediate, A: 3, B: 3, Immediate: 5), 9), new ToyInstruction(Return, A: 6)];
        using var cpu = new ToyCpu([.. function, new(Call, A: 6, Immediate: 0), new(AddImmediate, A: 1, B: 1, Immediate: 1), new(BranchNotEqual, A: 1, B: 2, Immediate: 40)]);
        (cpu.State->R[2], cpu.State->Pc) = (10, 40);
        var region = cpu.Compile(root: 40, new TranslationOptions { MaximumInstructions = most, MaximumInlinedInstructions = 5 });
        Assert.Equal(instructions, region.InstructionCount);
        cpu.RunMixed(region);
        Assert.Equal(450, cpu.State->R[3]);
    }

    [Fact]
    public void Whoever_runs_a_region_first_does_not_wait_for_its_compilation()
    {
        using var cpu = new ToyCpu(Sum);
        cpu.State->R[2] = 1000;
        cpu.Enter(cpu.Compile()); // what .NET compiles to run any region at all
        (cpu.State->R[1], cpu.State->Pc) = (0, 0);
        var region = cpu.Compile();
        var compiled = JitInfo.GetCompiledMethodCount(currentThread: true);
        cpu.Enter(region);
        Assert.Equal(compiled, JitInfo.GetCompiledMethodCount(currentThread: true));
    }

    [Fact]
    public void A_stop_request_ends_a_loop_on_its_way_back_to_its_head_with_exact_state()
    {
        using var cpu = new ToyCpu(Sum);
        cpu.State->R[2] = -1;
        cpu.State->Stop = 1;
        Assert.Equal(RegionExit.Safepoint, cpu.Enter(cpu.Compile()));
        Assert.Equal(0UL, cpu.State->Pc);
        Assert.Equal((1, 1), (cpu.State->R[1], cpu.State->R[3]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(299)]
    [InlineData(3000)]
    public void An_exact_count_ends_where_the_next_block_does_not_fit(long budget)
    {
        using var cpu = new ToyCpu(Sum);
        cpu.State->R[2] = 1000;
        cpu.State->Budget = budget;
        var region = cpu.Compile(options: new TranslationOptions { ExactCount = true });
        var exit = cpu.Enter(region);
        var executed = budget - cpu.State->Budget;
        Assert.Equal(budget >= 3000 ? RegionExit.Left : RegionExit.Safepoint, exit);
        Assert.Equal(budget / 3 * 3, executed);
        Assert.Equal(executed / 3, cpu.State->R[1]);
    }

    [Fact]
    public void A_call_is_followed_and_its_return_comes_back()
    {
        using var cpu = new ToyCpu(CallInLoop);
        cpu.State->R[2] = 100;
        var region = cpu.Compile();
        Assert.Equal(RegionExit.Left, cpu.Enter(region));
        Assert.Equal(12UL, cpu.State->Pc);
        Assert.Equal(500, cpu.State->R[3]);
        Assert.Equal(4, cpu.State->R[6]);
    }

    [Fact]
    public void A_return_that_goes_elsewhere_leaves_the_region()
    {
        // The callee changes the return address.
        using var cpu = new ToyCpu(
            new ToyInstruction(Call, A: 6, Immediate: 8),
            new ToyInstruction(ToyOp.System),
            new ToyInstruction(AddImmediate, A: 6, B: 6, Immediate: 100),
            new ToyInstruction(Return, A: 6));
        Assert.Equal(RegionExit.Left, cpu.Enter(cpu.Compile()));
        Assert.Equal(104UL, cpu.State->Pc);
    }

    [Fact]
    public void A_recursive_function_calls_and_returns_inside_its_region()
    {
        // f: r1 += 1; if (r1 != r2) f(); r3 += 1; return to the caller, whose address is kept in memory at r4.
        using var cpu = new ToyCpu(
            new ToyInstruction(Store, A: 6, B: 4),
            new ToyInstruction(AddImmediate, A: 4, B: 4, Immediate: 4),
            new ToyInstruction(AddImmediate, A: 1, B: 1, Immediate: 1),
            new ToyInstruction(BranchNotEqual, A: 1, B: 2, Immediate: 20),
            new ToyInstruction(BranchNotEqual, A: 1, B: 7, Immediate: 24),
            new ToyInstruction(Call, A: 6, Immediate: 0),
            new ToyInstruction(AddImmediate, A: 3, B: 3, Immediate: 1),
            new ToyInstruction(AddImmediate, A: 4, B: 4, Immediate: -4),
            new ToyInstruction(Load, A: 6, B: 4),
            new ToyInstruction(Return, A: 6));
        cpu.State->R[2] = 50;
        cpu.State->R[4] = (long)ToyCpu.RamStart;
        cpu.State->R[6] = 0x500;
        Assert.Equal(RegionExit.Left, cpu.Enter(cpu.Compile()));
        Assert.Equal(0x500UL, cpu.State->Pc);
        Assert.Equal(50, cpu.State->R[3]);
    }

    [Fact]
    public void Recursion_without_end_hears_the_stop_request()
    {
        using var cpu = new ToyCpu(
            new ToyInstruction(AddImmediate, A: 1, B: 1, Immediate: 1),
            new ToyInstruction(Call, A: 6, Immediate: 0));
        var region = cpu.Compile();
        cpu.State->Stop = 1;
        Assert.Equal(RegionExit.Safepoint, cpu.Enter(region));
        Assert.True(cpu.State->R[1] <= 1);
    }

    [Theory]
    [InlineData(new ulong[] { 16 })]      // guessed right
    [InlineData(new ulong[] { 24 })]      // guessed wrong
    [InlineData(new ulong[] { 24, 16 })]
    [InlineData(new ulong[0])]
    public void An_indirect_call_goes_where_the_register_says_whatever_was_seen(ulong[] seen)
    {
        using var cpu = new ToyCpu(
            new ToyInstruction(CallRegister, A: 6, B: 5),
            new ToyInstruction(AddImmediate, A: 1, B: 1, Immediate: 1),
            new ToyInstruction(BranchNotEqual, A: 1, B: 2, Immediate: 0),
            new ToyInstruction(ToyOp.System),
            new ToyInstruction(AddImmediate, A: 3, B: 3, Immediate: 5),
            new ToyInstruction(Return, A: 6),
            new ToyInstruction(AddImmediate, A: 3, B: 3, Immediate: 1000),
            new ToyInstruction(Return, A: 6));
        cpu.SeenTargets.Add(0, seen);
        cpu.State->R[2] = 10;
        cpu.State->R[5] = 16;
        var region = cpu.Compile();
        while (cpu.State->Pc != 12)
        {
            if (!region.Entries.Contains(cpu.State->Pc) || cpu.Enter(region) == RegionExit.Interpret) cpu.Step();
        }
        Assert.Equal(50, cpu.State->R[3]);
    }

    [Fact]
    public void A_word_is_extended_wherever_somebody_looks()
    {
        // The word stands alone in the middle of the block: at the device's access, and as a 64-bit operand.
        using var cpu = new ToyCpu(
            new ToyInstruction(AddWord, A: 1, B: 2, C: 2),
            new ToyInstruction(Load, A: 3, B: 5),
            new ToyInstruction(AddImmediate, A: 4, B: 1, Immediate: 1),
            new ToyInstruction(AddWord, A: 1, B: 1, C: 1),
            new ToyInstruction(AddImmediate, A: 1, B: 1, Immediate: 2));
        cpu.State->R[2] = 0x1_4000_0000;
        Assert.Equal(RegionExit.Interpret, cpu.Enter(cpu.Compile()));
        Assert.Equal(4UL, cpu.State->Pc);
        Assert.Equal(int.MinValue, cpu.State->R[1]);

        cpu.State->Pc = 0;
        cpu.State->R[5] = (long)ToyCpu.RamStart;
        Assert.Equal(RegionExit.Left, cpu.Enter(cpu.Compile()));
        Assert.Equal(int.MinValue + 1L, cpu.State->R[4]);
        Assert.Equal(2, cpu.State->R[1]);
    }

    [Theory]
    [InlineData(0, RegionExit.Left)]
    [InlineData(4 * 4096 - 12, RegionExit.Left)]
    [InlineData(4 * 4096 - 8, RegionExit.Interpret)] // the last access of the group is outside
    [InlineData(-4, RegionExit.Interpret)]
    public void Accesses_at_one_register_are_checked_as_a_whole(long offset, RegionExit expected)
    {
        using var cpu = new ToyCpu(
            new ToyInstruction(Store, A: 1, B: 4),
            new ToyInstruction(Store, A: 2, B: 4, Immediate: 8),
            new ToyInstruction(Load, A: 3, B: 4, Immediate: 8));
        cpu.State->R[1] = 11;
        cpu.State->R[2] = 22;
        cpu.State->R[4] = (long)ToyCpu.RamStart + offset;
        Assert.Equal(expected, cpu.Enter(cpu.Compile()));
        Assert.Equal(expected == RegionExit.Left ? 22 : 0, cpu.State->R[3]);
        if (expected == RegionExit.Interpret) Assert.Equal(0UL, cpu.State->Pc);
    }

    [Theory]
    [InlineData(0, 0, RegionExit.Left)]
    [InlineData(4 * 4096 - 8, 0, RegionExit.Interpret)] // the access behind the branch is outside
    [InlineData(4 * 4096 - 8, 1, RegionExit.Left)] // … and not reached on the other way
    public void A_check_holds_in_later_blocks_for_what_it_covered_and_no_more(long offset, long skip, RegionExit expected)
    {
        using var cpu = new ToyCpu(
            new ToyInstruction(Load, A: 1, B: 4),
            new ToyInstruction(BranchNotEqual, A: 2, B: 7, Immediate: 16),
            new ToyInstruction(Load, A: 3, B: 4, Immediate: 8),
            new ToyInstruction(Load, A: 3, B: 4, Immediate: 4),
            new ToyInstruction(Load, A: 3, B: 4));
        cpu.State->R[2] = skip;
        cpu.State->R[4] = (long)ToyCpu.RamStart + offset;
        Assert.Equal(expected, cpu.Enter(cpu.Compile()));
        Assert.Equal(expected == RegionExit.Left ? 20UL : 8UL, cpu.State->Pc);
    }

    [Fact]
    public void A_check_goes_along_with_a_sum_and_ends_with_the_register()
    {
        using var cpu = new ToyCpu(
            new ToyInstruction(Store, A: 1, B: 4, Immediate: 8),
            new ToyInstruction(AddImmediate, A: 5, B: 4, Immediate: 8),
            new ToyInstruction(Store, A: 1, B: 5),
            new ToyInstruction(AddImmediate, A: 4, B: 4, Immediate: 4 * 4096),
            new ToyInstruction(Store, A: 1, B: 4, Immediate: 8));
        cpu.State->R[1] = 77;
        cpu.State->R[4] = (long)ToyCpu.RamStart;
        Assert.Equal(RegionExit.Interpret, cpu.Enter(cpu.Compile()));
        Assert.Equal(16UL, cpu.State->Pc);
        Assert.Equal(77, *(int*)(cpu.Ram.Host + 8));
    }

    [Fact]
    public void A_loop_keeps_its_words_and_gives_them_whole_to_whoever_looks()
    {
        // r1 is a word around the loop; before it, and behind it, it is not.
        using var cpu = new ToyCpu(
            new ToyInstruction(AddWord, A: 1, B: 2, C: 2),
            new ToyInstruction(AddImmediate, A: 3, B: 3, Immediate: -1),
            new ToyInstruction(AddWord, A: 1, B: 1, C: 2),
            new ToyInstruction(BranchNotEqual, A: 3, B: 7, Immediate: 4),
            new ToyInstruction(AddImmediate, A: 4, B: 1, Immediate: 1));
        cpu.State->R[2] = 0x7FFF_FFFF;
        cpu.State->R[3] = 5;
        Assert.Equal(RegionExit.Left, cpu.Enter(cpu.Compile()));
        Assert.Equal(unchecked((int)(7 * 0x7FFF_FFFFL)), cpu.State->R[1]);
        Assert.Equal(cpu.State->R[1] + 1, cpu.State->R[4]);
    }

    [Fact]
    public void A_word_is_known_to_a_block_that_comes_before_the_one_that_sets_it()
    {
        using var cpu = new ToyCpu(
            new ToyInstruction(AddImmediate, A: 3, B: 3, Immediate: -1),
            new ToyInstruction(Store, A: 1, B: 4),
            new ToyInstruction(AddWord, A: 1, B: 2, C: 2),
            new ToyInstruction(BranchNotEqual, A: 3, B: 7, Immediate: 0));
        (cpu.State->R[2], cpu.State->R[3], cpu.State->R[4]) = (21, 2, (long)ToyCpu.RamStart);
        cpu.State->Pc = 8;
        Assert.Equal(RegionExit.Left, cpu.Enter(cpu.Compile(root: 8)));
        Assert.Equal(42, *(int*)cpu.Ram.Host);
        Assert.Equal(42, cpu.State->R[1]);
    }

    [Fact]
    public void A_region_of_an_inner_loop_leaves_the_loops_around_it_out()
    {
        // From 0: for r1 times, for r2 times.
        using var cpu = new ToyCpu(
            new ToyInstruction(AddImmediate, A: 2, B: 7, Immediate: 3),
            new ToyInstruction(AddImmediate, A: 2, B: 2, Immediate: -1),
            new ToyInstruction(AddImmediate, A: 4, B: 4, Immediate: 1),
            new ToyInstruction(BranchNotEqual, A: 2, B: 7, Immediate: 4),
            new ToyInstruction(AddImmediate, A: 1, B: 1, Immediate: -1),
            new ToyInstruction(BranchNotEqual, A: 1, B: 7, Immediate: 0));
        Assert.Equal(3, cpu.Compile(root: 4).InstructionCount);
        var whole = cpu.Compile();
        Assert.Equal(6, whole.InstructionCount);
        Assert.Equal([0UL], whole.Entries);
        cpu.State->R[1] = 5;
        Assert.Equal(RegionExit.Left, cpu.Enter(whole));
        Assert.Equal(15, cpu.State->R[4]);
    }

    [Fact]
    public void A_recursive_call_goes_on_at_the_top()
    {
        using var cpu = new ToyCpu(
            new ToyInstruction(AddImmediate, A: 1, B: 1, Immediate: 1),
            new ToyInstruction(BranchNotEqual, A: 1, B: 2, Immediate: 12),
            new ToyInstruction(Return, A: 5),
            new ToyInstruction(Call, A: 6, Immediate: 0));
        cpu.State->R[2] = 5;
        cpu.State->R[5] = 0x500;
        cpu.RunMixed(cpu.Compile());
        Assert.Equal(5, cpu.State->R[1]);
        Assert.Equal(0x500UL, cpu.State->Pc);
    }

    [Fact]
    public void A_path_never_taken_is_left_out_and_exits_with_exact_state()
    {
        using var cpu = new ToyCpu(
            new ToyInstruction(BranchNotEqual, A: 1, B: 2, Immediate: 8),
            new ToyInstruction(AddImmediate, A: 3, B: 3, Immediate: 1),
            new ToyInstruction(AddImmediate, A: 4, B: 4, Immediate: 1));
        cpu.NeverExecuted.Add(8);
        cpu.State->R[1] = 1;
        Assert.Equal(RegionExit.Left, cpu.Enter(cpu.Compile()));
        Assert.Equal(8UL, cpu.State->Pc);
        Assert.Equal(0, cpu.State->R[3] + cpu.State->R[4]);
    }

    [Fact]
    public void Memory_is_read_and_written_in_place()
    {
        using var cpu = new ToyCpu(
            new ToyInstruction(Store, A: 1, B: 2, Immediate: 8),
            new ToyInstruction(Load, A: 3, B: 2, Immediate: 8));
        cpu.State->R[1] = -77;
        cpu.State->R[2] = (long)ToyCpu.RamStart;
        Assert.Equal(RegionExit.Left, cpu.Enter(cpu.Compile()));
        Assert.Equal(-77, cpu.State->R[3]);
        Assert.Equal(-77, *(int*)(cpu.Ram.Host + 8));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-4)]
    [InlineData(4 * 4096 - 3)]
    [InlineData(4 * 4096)]
    [InlineData(long.MinValue)]
    public void An_access_that_is_not_wholly_in_RAM_goes_to_the_interpreter_untouched(long offset)
    {
        using var cpu = new ToyCpu(
            new ToyInstruction(AddImmediate, A: 4, B: 4, Immediate: 1),
            new ToyInstruction(Load, A: 3, B: 2));
        cpu.State->R[2] = (long)ToyCpu.RamStart + offset;
        cpu.State->R[3] = 99;
        Assert.Equal(RegionExit.Interpret, cpu.Enter(cpu.Compile()));
        Assert.Equal(4UL, cpu.State->Pc);
        Assert.Equal(1, cpu.State->R[4]);
        Assert.Equal(99, cpu.State->R[3]);
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(4094, 0, true)]  // begins on the flagged page
    [InlineData(4094, 1, true)]  // ends on it
    [InlineData(4090, 1, false)]
    [InlineData(8192, 1, false)]
    public void A_store_to_a_flagged_page_goes_to_the_interpreter(long offset, int flaggedPage, bool expected)
    {
        using var cpu = new ToyCpu(new ToyInstruction(Store, A: 1, B: 2));
        cpu.Ram.Flags[flaggedPage] = (byte)PageFlags.Clean;
        cpu.State->R[2] = (long)ToyCpu.RamStart + offset;
        Assert.Equal(expected ? RegionExit.Interpret : RegionExit.Left, cpu.Enter(cpu.Compile()));
    }

    [Fact]
    public void A_TLB_serves_the_pages_in_it_and_leaves_the_others_to_the_interpreter()
    {
        const int entries = 16;
        var tables = (TlbEntry*)NativeMemory.AllocZeroed(2 * entries, (nuint)sizeof(TlbEntry));
        try
        {
            for (var i = 0; i < 2 * entries; i++) tables[i].Page = TlbEntry.Empty;
            using var cpu = new ToyCpu(new ToyInstruction(Load, A: 3, B: 2));
            const ulong page = 0xFFFF_FFFF_8000_3000;
            tables[3] = new TlbEntry { Page = page, HostBias = (ulong)cpu.Ram.Host + 4096 - page };
            *(int*)(cpu.Ram.Host + 4096 + 20) = 1234;
            var region = cpu.Compile(memory: MemoryModel.Tlb((nint)tables, (nint)(tables + entries), entries, cpu.Ram));

            cpu.State->R[2] = unchecked((long)page) + 20;
            Assert.Equal(RegionExit.Left, cpu.Enter(region));
            Assert.Equal(1234, cpu.State->R[3]);
            foreach (var miss in new[] { 4096L, -4096L, 21L, 1L << 40 })
            {
                cpu.State->Pc = 0;
                cpu.State->R[2] = unchecked((long)page) + miss;
                Assert.Equal(RegionExit.Interpret, cpu.Enter(region));
            }
        }
        finally
        {
            NativeMemory.Free(tables);
        }
    }

    [Fact]
    public void The_limit_on_instructions_holds()
    {
        var program = Enumerable.Repeat(new ToyInstruction(AddImmediate, A: 1, B: 1, Immediate: 1), 100).ToArray();
        using var cpu = new ToyCpu(program);
        var region = cpu.Compile(options: new TranslationOptions { MaximumInstructions = 30 });
        Assert.Equal(30, region.InstructionCount);
        Assert.Equal(RegionExit.Left, cpu.Enter(region));
        Assert.Equal(120UL, cpu.State->Pc);
    }

    [Fact]
    public void Random_programs_end_as_the_interpreter_says()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var program = RandomProgram(new Random(seed));
            using var expected = new ToyCpu(program);
            using var actual = new ToyCpu(program);
            var region = actual.Compile(options: new TranslationOptions { ExactCount = seed % 2 == 0, MaximumInstructions = 10 + seed });
            actual.State->Budget = long.MaxValue / 2;
            expected.RunInterpreted();
            actual.RunMixed(region);
            for (var i = 0; i < 7; i++)
                Assert.True(expected.State->R[i] == actual.State->R[i], $"seed {seed}, r{i}: {expected.State->R[i]} and {actual.State->R[i]}");
            Assert.True(new Span<byte>(expected.Ram.Host, 16384).SequenceEqual(new Span<byte>(actual.Ram.Host, 16384)), $"seed {seed}: memory");
            if (seed % 2 == 0)
                Assert.Equal(expected.Interpreted, actual.Interpreted + (long.MaxValue / 2 - actual.State->Budget));
        }
    }

    /// <summary>Straight pieces, forward branches, counted loops, calls and accesses in and out of RAM; always ends.</summary>
    private static ToyInstruction[] RandomProgram(Random random)
    {
        var length = random.Next(20, 60);
        var program = new List<ToyInstruction> { new(AddImmediate, A: 4, B: 7, Immediate: (long)ToyCpu.RamStart), new(AddImmediate, A: 5, B: 7, Immediate: 3) };
        while (program.Count < length)
        {
            var here = program.Count;
            switch (random.Next(11))
            {
                case 8: program.Add(new(AddImmediate, A: 4, B: 4, Immediate: 4 * random.Next(-3, 3))); break; // now and then beyond the ends
                case 9: program.Add(new(AddImmediate, A: random.Next(4), B: random.Next(4))); break;
                case 6: program.Add(new(AddWord, A: random.Next(4), B: random.Next(4), C: random.Next(4))); break;
                case 7: program.Add(new(AddImmediate, A: random.Next(4), B: random.Next(4), Immediate: 0x5555_5555)); break;
                case 0: program.Add(new(AddImmediate, A: random.Next(4), B: random.Next(4), Immediate: random.Next(-9, 9))); break;
                case 1: program.Add(new(Add, A: random.Next(4), B: random.Next(4), C: random.Next(4))); break;
                case 2: program.Add(new(Load, A: random.Next(4), B: 4, Immediate: random.Next(0, 16380))); break;
                case 3: program.Add(new(Store, A: random.Next(4), B: 4, Immediate: random.Next(1000, 15000))); break;
                case 4: program.Add(new(BranchNotEqual, A: random.Next(4), B: random.Next(4), Immediate: 4 * (here + random.Next(1, 6)))); break;
                case 5: program.Add(new(Call, A: 6, Immediate: 4 * (here + random.Next(1, 4)))); break;
                default: // a loop of three rounds; r5 counts
                    program.Add(new(AddImmediate, A: 5, B: 7, Immediate: 3));
                    program.Add(new(random.Next(2) == 0 ? Add : AddWord, A: 0, B: 0, C: 5));
                    program.Add(new(random.Next(2) == 0 ? Load : AddWord, A: random.Next(1, 4), B: 4, C: 0, Immediate: random.Next(4) * 4092));
                    program.Add(new(AddImmediate, A: 5, B: 5, Immediate: -1));
                    program.Add(new(BranchNotEqual, A: 5, B: 7, Immediate: 4 * (here + 1)));
                    program.Add(new(AddImmediate, A: 5, B: 7, Immediate: 3)); // whoever jumps into a loop finds it counting
                    break;
            }
        }
        return [.. program];
    }
}
