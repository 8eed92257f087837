// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using static EdgeHypervisor.Cores.RiscV.Tests.Assembler;

namespace EdgeHypervisor.Cores.RiscV.Tests;

public sealed class SliceTests
{
    // Counts in t0, sums in t1, stores the sum, calls a function in another page that reads mcycle and traps now and then.
    private static TestHart BusyHart(string isa = "rv64imac", string engine = "translator")
    {
        var hart = new TestHart(options: new Dictionary<string, string> { ["isa"] = isa, ["engine"] = engine });
        hart.Load(
            Auipc(A0, 1), // a0 = start + 0x1000
            Auipc(T2, 2), Csrrw(Zero, CsrAddress.Mtvec, T2), // mtvec = start + 0x2004
            Addi(T0, T0, 1), // loop
            Add(T1, T1, T0),
            Sw(T1, A0, 0x100),
            Jalr(Ra, A0, 0),
            I(0x13, 7, T2, T0, 7), // andi t2, t0, 7
            Bne(T2, Zero, -20),
            Ecall,
            Jal(Zero, -28));
        hart.Load(GuestRam.Start + 0x1000, Csrrs(A1, CsrAddress.Mcycle, Zero), Add(A2, A2, A1), Jalr(Zero, Ra, 0));
        hart.Load(
            GuestRam.Start + 0x2004,
            Csrrs(A3, CsrAddress.Mepc, Zero), Addi(A3, A3, 4), Csrrw(Zero, CsrAddress.Mepc, A3), Mret);
        return hart;
    }

    [Theory]
    [InlineData("rv64imac")]
    [InlineData("rv32imac")]
    public void A_run_does_not_depend_on_how_it_is_cut_into_slices(string isa)
    {
        const int total = 30_000;
        using var whole = BusyHart(isa);
        using var single = BusyHart(isa);
        using var ragged = BusyHart(isa);
        Assert.Equal(new RunResult(StopReason.BudgetUsed, total), whole.Core.Run(total));
        for (var i = 0; i < total; i++) Assert.Equal(new RunResult(StopReason.BudgetUsed, 1), single.Core.Run(1));
        for (int left = total, step = 1; left > 0; left -= step, step = Math.Min(left, step * 7 % 4099 + 1))
            Assert.Equal(step, ragged.Core.Run(step).Instructions);
        Assert.True(whole[T0] > 1000, "the guest has hardly run");
        Assert.Equal(StateOf(whole), StateOf(single));
        Assert.Equal(StateOf(whole), StateOf(ragged));
    }

    [Theory]
    [InlineData("interpreter")]
    [InlineData("translator")]
    public void Nothing_is_lost_when_memory_is_given_back_between_slices(string engine)
    {
        const int total = 30_000, step = 500;
        using var kept = BusyHart();
        using var trimmed = BusyHart(engine: engine);
        kept.Core.Run(total);
        for (var left = total; left > 0; left -= step)
        {
            trimmed.Core.Trim();
            Assert.Equal(step, trimmed.Core.Run(step).Instructions);
        }
        Assert.Equal(StateOf(kept), StateOf(trimmed));
    }

    [Fact]
    public void A_step_is_one_instruction_also_where_translated_code_does_not_count()
    {
        using var hart = new TestHart(options: new Dictionary<string, string> { ["isa"] = "rv64imac", ["engine"] = "translator" }, deterministic: false);
        hart.Load(Addi(T0, T0, 1), Addi(T1, T1, 1), Jal(Zero, -8));
        var deadline = DateTime.UtcNow.AddMinutes(4);
        using (var alarm = new Timer(_ => hart.Core.RequestStop(), null, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1)))
        {
            for (var slices = 0; hart.Core.Translator!.RegionCount == 0 || slices < 10; slices++)
            {
                Assert.True(DateTime.UtcNow < deadline, $"nothing was translated: {hart.Core.Translator.Failure}");
                hart.Core.Run(1_000_000);
            }
            using var isOver = new ManualResetEvent(false);
            alarm.Dispose(isOver);
            isOver.WaitOne(); // one that is late would end a step
        }
        using var rescue = new Timer(_ => hart.Core.RequestStop(), null, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(4)); // of a step that has no end
        if (hart.Core.Run(1).Reason == StopReason.Requested) hart.Core.Run(0); // asked for before
        for (var i = 0; i < 10; i++)
        {
            var pc = hart.Pc;
            Assert.Equal(new RunResult(StopReason.BudgetUsed, 1), hart.Core.Run(1));
            Assert.Equal(pc == GuestRam.Start + 8 ? GuestRam.Start : pc + 4, hart.Pc);
        }
    }

    [Fact]
    public void A_restored_twin_goes_on_alike()
    {
        using var original = BusyHart();
        using var twin = BusyHart();
        original.Core.Run(12_345);
        var saved = new StateTree();
        original.Core.Save(saved);
        original.Ram.Bytes.CopyTo(twin.Ram.Bytes);
        twin.Core.Restore(saved);
        Assert.Equal(StateOf(original), StateOf(twin));
        original.Core.Run(10_000);
        twin.Core.Run(10_000);
        Assert.Equal(StateOf(original), StateOf(twin));
        Assert.Equal(original.Ram.Bytes, twin.Ram.Bytes);
    }

    [Fact]
    public void A_state_of_another_isa_is_refused_and_changes_nothing()
    {
        using var original = BusyHart();
        using var other = BusyHart("rv64ima");
        var saved = new StateTree();
        original.Core.Save(saved);
        var before = StateOf(other);
        Assert.Equal("extensions", Assert.Throws<StateException>(() => other.Core.Restore(saved)).Field);
        Assert.Equal(before, StateOf(other));
    }

    [Fact]
    public void Every_missing_field_is_named_and_changes_nothing()
    {
        using var original = BusyHart();
        using var other = BusyHart();
        original.Core.Run(1000);
        var saved = new StateTree();
        original.Core.Save(saved);
        var before = StateOf(other);
        foreach (var name in saved.Fields.Keys.Where(n => saved.Fields[n] is ulong or long or bool).ToArray())
        {
            var value = saved.Fields[name];
            saved.Fields.Remove(name);
            Assert.Equal(name, Assert.Throws<StateException>(() => other.Core.Restore(saved)).Field);
            saved.Fields[name] = value;
            Assert.Equal(before, StateOf(other));
        }
    }

    [Fact]
    public void A_hundred_million_instructions_need_no_more_stack_than_one()
    {
        using var hart = new TestHart();
        hart.Load(Addi(T0, T0, 1), Jal(Zero, -4));
        var thread = new Thread(() => hart.Core.Run(100_000_000), maxStackSize: 512 * 1024);
        thread.Start();
        thread.Join();
        Assert.Equal(50_000_000UL, hart[T0]);
    }

    [Fact]
    public void A_stop_request_made_by_a_device_ends_the_slice_behind_that_very_instruction()
    {
        using var hart = new TestHart();
        hart.Load(Lui(A0, 0x10000), Sw(T0, A0, 0), Addi(T0, T0, 1), Jal(Zero, -4));
        hart.Devices.Written = (_, _) => hart.Core.RequestStop();
        Assert.Equal(new RunResult(StopReason.Requested, 2), hart.Core.Run(1000));
        Assert.Equal(GuestRam.Start + 8, hart.Pc);
        Assert.Equal(new RunResult(StopReason.BudgetUsed, 1000), hart.Core.Run(1000));
    }

    [Fact]
    public async Task A_stop_request_from_another_thread_ends_a_slice_without_end()
    {
        using var hart = new TestHart();
        hart.Load(Jal(Zero, 0));
        using var running = new ManualResetEventSlim();
        var slice = Task.Run(() =>
        {
            running.Set();
            return hart.Core.Run(long.MaxValue / 2);
        });
        running.Wait();
        hart.Core.RequestStop();
        Assert.Equal(StopReason.Requested, (await slice).Reason);
    }

    [Fact]
    public void A_stop_request_before_a_slice_ends_it_at_once()
    {
        using var hart = new TestHart();
        hart.Load(Jal(Zero, 0));
        hart.Core.RequestStop();
        Assert.Equal(new RunResult(StopReason.Requested, 0), hart.Core.Run(10));
        Assert.Equal(new RunResult(StopReason.BudgetUsed, 10), hart.Core.Run(10));
    }

    [Fact]
    public void A_device_sees_the_exact_instruction_count()
    {
        using var hart = new TestHart();
        hart.Load(Lui(A0, 0x10000), Addi(T0, T0, 1), Sw(T0, A0, 0), Addi(T0, T0, 1), Lw(T1, A0, 0), Jal(Zero, 0));
        hart.Core.Run(100);
        Assert.Equal([2, 4], hart.Devices.RetiredAtAccess);
        Assert.Equal(100, hart.Core.InstructionsRetired);
    }

    private static string StateOf(TestHart hart)
    {
        var state = new StateTree();
        hart.Core.Save(state);
        return state.ToString();
    }
}
