// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Runtime.Tests;

public sealed class ClockTests
{
    private static readonly ClockSettings Unpaced = new() { Mode = ClockMode.Deterministic, InstructionNs = 10, Paced = false };
    private static readonly ClockSettings Paced = Unpaced with { Paced = true };

    // Arms the alarm for an absolute time, then counts.
    private static TinyProgram ArmAndCount(uint deadlineNs)
    {
        var program = new TinyProgram().Poke(Bench.Alarm, deadlineNs);
        var loop = program.Here;
        return program.Add(0, 1).Jump(loop);
    }

    private static TinyProgram ArmAndWait(uint deadlineNs) => new TinyProgram().Poke(Bench.Alarm, deadlineNs).Wait().Add(0, 1).Fault();

    [Fact]
    public void Deterministic_time_is_the_number_of_instructions()
    {
        using var bench = new Bench(TinyProgram.Counter(), Unpaced).Start();
        bench.Scheduler.Turn();
        Assert.Equal(bench.Core.InstructionsRetired * 10, bench.Vm.GuestTimeNs);
    }

    [Fact]
    public void A_deterministic_clock_is_exact_in_the_middle_of_a_slice()
    {
        using var bench = new Bench(new TinyProgram().Nop().Nop().Load(1, Bench.Alarm + 8).Fault(), Unpaced).Start();
        bench.Scheduler.Turn();
        Assert.Equal(20ul, bench.Core.Registers[1]);
    }

    [Fact]
    public void A_deterministic_timer_set_in_a_slice_fires_at_its_exact_instruction()
    {
        using var bench = new Bench(ArmAndCount(1_000), Unpaced).Start();
        bench.Scheduler.Turn();
        Assert.Equal([1_000], bench.AlarmDevice.FiredAtNs);
    }

    [Fact]
    public void A_deterministic_guest_that_waits_skips_to_its_timer_and_takes_no_real_time()
    {
        using var bench = new Bench(ArmAndWait(4_000_000_000), Unpaced).Start();
        var begin = bench.Time.NowNs;

        bench.Scheduler.Turn();

        Assert.Equal([4_000_000_000], bench.AlarmDevice.FiredAtNs);
        Assert.Equal(1ul, bench.Core.Registers[0]);
        Assert.True(bench.Time.NowNs - begin < 1_000);
    }

    [Fact]
    public void A_paced_guest_that_waits_sleeps_until_real_time_has_come()
    {
        using var bench = new Bench(ArmAndWait(2_000_000_000), Paced).Start();
        var begin = bench.Time.NowNs;

        var result = bench.Scheduler.Turn();
        Assert.Equal(TurnResult.Until(begin + 2_000_000_000), result);
        Assert.Empty(bench.AlarmDevice.FiredAtNs);

        bench.Scheduler.RunUntil(begin + 2_000_000_000);
        Assert.Equal([2_000_000_000], bench.AlarmDevice.FiredAtNs);
    }

    [Fact]
    public void A_paced_guest_does_not_run_ahead_of_real_time()
    {
        // Each instruction takes 10 ns of the host's time but 100 of the guest's.
        using var bench = new Bench(TinyProgram.Counter(), Paced with { InstructionNs = 100 }).Start();
        var begin = bench.Time.NowNs;

        bench.Scheduler.RunUntil(begin + 100_000_000);

        Assert.InRange(bench.Vm.GuestTimeNs, 90_000_000, 150_000_000);
    }

    [Fact]
    public void A_host_timer_wakes_a_waiting_guest_at_its_deadline()
    {
        using var bench = new Bench(ArmAndWait(50_000_000)).Start();
        var begin = bench.Time.NowNs;

        Assert.Equal(TurnResult.Until(begin + 50_000_000), bench.Scheduler.Turn());
        bench.Scheduler.RunUntil(begin + 60_000_000);

        Assert.Equal([50_000_000], bench.AlarmDevice.FiredAtNs);
        Assert.Equal(VmState.Faulted, bench.Vm.State);
    }

    [Fact]
    public void A_slice_of_a_busy_guest_gets_an_alarm_for_the_next_timer()
    {
        using var bench = new Bench(ArmAndCount(3_000_000)).Start();
        var begin = bench.Time.NowNs;

        bench.Scheduler.Turn(1_000_000);
        Assert.All(bench.Scheduler.AlarmsNs, alarmNs => Assert.Equal(begin + 1_000_000, alarmNs));

        bench.Scheduler.AlarmsNs.Clear();
        bench.Scheduler.Turn(4_000_000);
        Assert.Equal(begin + 3_000_000, bench.Scheduler.AlarmsNs[0]);
    }

    [Fact]
    public void Input_reaches_a_paced_guest_that_waits_at_the_time_it_came()
    {
        using var bench = new Bench(ArmAndWait(2_000_000_000), Paced).Start();
        bench.Scheduler.Turn();
        bench.Time.Advance(700_000_000);
        var guestNs = 0L;

        bench.Vm.Turn.Post(() => guestNs = bench.Vm.Turn.Clock.NowNs);
        bench.Scheduler.Turn();

        Assert.InRange(guestNs, 700_000_000, 700_001_000);
    }

    [Fact]
    public void A_timer_of_a_busy_guest_is_late_by_less_than_one_shortest_slice()
    {
        using var bench = new Bench(ArmAndCount(3_000_000)).Start();
        bench.Scheduler.RunUntil(bench.Time.NowNs + 10_000_000);
        Assert.InRange(Assert.Single(bench.AlarmDevice.FiredAtNs), 3_000_000, 3_010_000);
    }

    [Fact]
    public async Task Hidden_time_never_happened_for_the_guest()
    {
        using var bench = new Bench(TinyProgram.Counter()).Start();
        await bench.Vm.PauseAsync();
        var before = bench.Vm.GuestTimeNs;
        bench.Time.Advance(60_000_000_000);
        bench.Vm.Resume();
        Assert.Equal(before, bench.Vm.GuestTimeNs);
    }

    [Fact]
    public async Task Time_to_catch_up_is_one_step_forward()
    {
        using var bench = new Bench(TinyProgram.Counter(), new ClockSettings { LostTime = LostTime.CatchUp }).Start();
        await bench.Vm.PauseAsync();
        var before = bench.Vm.GuestTimeNs;
        bench.Time.Advance(60_000_000_000);
        bench.Vm.Resume();
        Assert.Equal(before + 60_000_000_000, bench.Vm.GuestTimeNs);
    }

    [Fact]
    public async Task Time_lost_between_two_services_is_caught_up_too_but_never_runs_backwards()
    {
        var settings = new ClockSettings { LostTime = LostTime.CatchUp };
        using var before = new Bench(TinyProgram.Counter(), settings).Start();
        before.Scheduler.Turn();
        await before.Vm.PauseAsync();
        var (state, guestNs) = (before.Vm.SaveMachineState(), before.Vm.GuestTimeNs);

        var later = new ManualTime();
        later.Advance(before.Time.NowNs - later.NowNs + 5_000_000_000);
        using var after = new Bench(TinyProgram.Counter(), settings, later).Build();
        after.Vm.RestoreMachineState(state);
        after.Vm.Resume();
        Assert.Equal(guestNs + 5_000_000_000, after.Vm.GuestTimeNs);

        // This host's wall clock is behind the one that saved.
        using var behind = new Bench(TinyProgram.Counter(), settings).Build();
        behind.Vm.RestoreMachineState(state);
        behind.Vm.Resume();
        Assert.Equal(guestNs, behind.Vm.GuestTimeNs);
    }

    [Fact]
    public void Timers_due_together_fire_in_the_order_of_the_machine()
    {
        var order = new List<string>();
        IDevice Device(string name, IDeviceContext context)
        {
            var timer = context.Clock.CreateTimer(() => order.Add(name));
            return new PortDevice { OnWrite = (_, _) => { }, OnReset = () => timer.Set(500) };
        }
        using var bench = new Bench(TinyProgram.Counter(), Unpaced)
            .Add("b", null, context => Device("b", context), at: 0x2000_0000)
            .Add("a", null, context => Device("a", context), at: 0x2001_0000)
            .Start();

        bench.Scheduler.Turn();

        Assert.Equal(["b", "a"], order);
    }

    [Fact]
    public void A_timer_that_sets_itself_for_the_past_does_not_stop_the_guest()
    {
        IGuestTimer timer = null!;
        var fired = 0;
        using var bench = new Bench(TinyProgram.Counter(), Unpaced).Add("eager", null, context =>
        {
            timer = context.Clock.CreateTimer(() =>
            {
                fired++;
                timer.Set(0);
            });
            return new PortDevice { OnReset = () => timer.Set(0) };
        }).Start();

        bench.Scheduler.Turn(100_000);

        Assert.True(fired > 10);
        Assert.True(bench.Core.InstructionsRetired > 10);
    }

    [Fact]
    public void A_timer_cancelled_by_another_one_that_is_due_does_not_fire()
    {
        IGuestTimer victim = null!;
        var fired = false;
        using var bench = new Bench(TinyProgram.Counter(), Unpaced).Add("pair", null, context =>
        {
            var killer = context.Clock.CreateTimer(() => victim.Cancel());
            victim = context.Clock.CreateTimer(() => fired = true);
            return new PortDevice
            {
                OnReset = () =>
                {
                    killer.Set(100);
                    victim.Set(100);
                },
            };
        }).Start();

        bench.Scheduler.Turn();

        Assert.False(fired);
    }

    [Fact]
    public void A_guest_that_stays_asleep_gives_back_memory_once_and_a_busy_one_never()
    {
        using var bench = new Bench(ArmAndWait(30_000_000)).With(builder => builder.Core("core.trimmable")).Start();
        var core = (TrimmableCore)bench.Core;
        var begin = bench.Time.NowNs;
        bench.Scheduler.RunUntil(begin + 29_000_000);
        Assert.Equal(0, core.Trims);

        using var sleeper = new Bench(new TinyProgram().Wait().Nop().Jump(TinyProgram.Start)).With(builder => builder.Core("core.trimmable")).Start();
        begin = sleeper.Time.NowNs;
        Assert.Equal(TurnResult.Until(begin + 1_000_000_000), sleeper.Scheduler.Turn());
        sleeper.Scheduler.RunUntil(begin + 1_500_000_000);
        Assert.Equal(1, ((TrimmableCore)sleeper.Core).Trims);
        Assert.Equal(TurnResult.UntilWoken, sleeper.Scheduler.Turn());
        Assert.Equal(1, ((TrimmableCore)sleeper.Core).Trims);
    }

    [Fact]
    public void A_deadline_heap_gives_back_what_a_sorted_list_would()
    {
        var random = new Random(7);
        var heap = new DeadlineHeap<Node>();
        var nodes = Enumerable.Range(0, 50).Select(rank => new Node(rank)).ToArray();
        for (var step = 0; step < 20_000; step++)
        {
            var node = nodes[random.Next(nodes.Length)];
            if (random.Next(3) == 0) heap.Remove(node);
            else heap.Set(node, random.Next(20));
            var expected = nodes.Where(n => n.IsSet).OrderBy(n => n.Deadline).ThenBy(n => n.Rank).FirstOrDefault();
            Assert.Same(expected, heap.First);
            Assert.Equal(nodes.Count(n => n.IsSet), heap.Count);
        }
    }

    private sealed class Node(int rank) : DeadlineNode(rank);
}
