// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime.Tests;

public sealed class SchedulerTests
{
    private const long QuantumNs = 4_000_000;

    private readonly ManualTime _time = new();
    private readonly ManualWakeUps _wakeUps;
    private readonly RunQueue _queue;

    public SchedulerTests()
    {
        _wakeUps = new ManualWakeUps(_time);
        _queue = new RunQueue(new HostTime(_time), _wakeUps, QuantumNs);
    }

    [Fact]
    public void Busy_vms_share_in_proportion_to_their_weights()
    {
        var light = Busy(new SchedulingSettings { Weight = 100 });
        var heavy = Busy(new SchedulingSettings { Weight = 300 });

        Run(seconds: 4);

        Assert.InRange((double)heavy.RunTimeNs / light.RunTimeNs, 2.95, 3.05);
    }

    [Fact]
    public void A_hundred_equal_vms_get_equal_time()
    {
        var vms = Enumerable.Range(0, 100).Select(_ => Busy(new SchedulingSettings())).ToArray();
        Run(seconds: 4);
        Assert.All(vms, vm => Assert.InRange(vm.RunTimeNs, 36_000_000, 44_000_000));
    }

    [Fact]
    public void A_vm_that_slept_long_does_not_take_over_afterwards()
    {
        var busy = Busy(new SchedulingSettings());
        var sleeper = Add(new SchedulingSettings(), TurnResult.Ready);
        Run(seconds: 10);
        var before = busy.RunTimeNs;

        _queue.Wake(sleeper);
        Run(seconds: 1);

        Assert.InRange(busy.RunTimeNs - before, 490_000_000, 510_000_000);
    }

    [Fact]
    public void A_vm_that_wakes_is_served_before_those_that_were_busy_all_along()
    {
        for (var i = 0; i < 10; i++) Busy(new SchedulingSettings());
        var sleeper = Add(new SchedulingSettings(), TurnResult.UntilWoken);
        Run(seconds: 1);

        _queue.Wake(sleeper);

        Assert.True(_queue.TryTakeReady(out var next, out _));
        Assert.Same(sleeper, next);
    }

    [Theory]
    [InlineData(25)]
    [InlineData(3)]
    public void A_capped_vm_stays_at_its_cap_even_alone(int percent)
    {
        var capped = Busy(new SchedulingSettings { CapPercent = percent });
        Run(seconds: 10);
        Assert.InRange(capped.RunTimeNs, percent * 98_000_000L, percent * 104_000_000L);
    }

    [Fact]
    public void A_vm_that_is_limited_for_a_while_has_its_own_cap_again_afterwards()
    {
        var vm = Busy(new SchedulingSettings { CapPercent = 50 });
        vm.Limit(20);
        Run(seconds: 10);
        Assert.InRange(vm.RunTimeNs, 20 * 98_000_000L, 20 * 104_000_000L);
        var before = vm.RunTimeNs;
        vm.Limit(90); // more than it may have anyway
        Run(seconds: 10);
        vm.Limit(null);
        Run(seconds: 10);
        Assert.InRange(vm.RunTimeNs - before, 100 * 98_000_000L, 100 * 104_000_000L);
    }

    [Fact]
    public void A_vm_that_overran_its_cap_pays_in_the_next_window()
    {
        var account = new CapAccount(10);
        account.Charge(25_000_000);
        Assert.Equal(-15_000_000, account.AllowanceNs(0));
        Assert.Equal(-5_000_000, account.AllowanceNs(100_000_000));
        Assert.Equal(5_000_000, account.AllowanceNs(200_000_000));
        Assert.Equal(10_000_000, account.AllowanceNs(900_000_000));
    }

    // A worker that loses its processor in the middle of a slice charges the VM with that time, too.
    [Theory]
    [InlineData(20, 45)]
    [InlineData(20, 20)]
    [InlineData(1, 400)]
    public void A_vm_that_overran_its_cap_by_several_windows_runs_again(int percent, int ranMs)
    {
        var vm = Busy(new SchedulingSettings { CapPercent = percent });
        Assert.True(_queue.TryTakeReady(out _, out _));
        _time.Advance(ranMs * 1_000_000L);
        _queue.Return(vm, TurnResult.Ready, ranMs * 1_000_000L);
        var before = vm.RunTimeNs;

        Run(seconds: 100);

        Assert.InRange(vm.RunTimeNs - before, percent * 970_000_000L - (ranMs * 1_000_000L), percent * 1_030_000_000L);
    }

    [Fact]
    public void A_throttled_vm_that_is_woken_too_early_still_runs_again()
    {
        var vm = Busy(new SchedulingSettings { CapPercent = 10 });
        Assert.True(_queue.TryTakeReady(out _, out _));
        _queue.Return(vm, TurnResult.Ready, ranNs: 35_000_000);
        Assert.False(_queue.TryTakeReady(out _, out _));

        _time.Advance(150_000_000);
        _queue.Wake(vm);
        Assert.False(_queue.TryTakeReady(out _, out _));

        Run(seconds: 1);
        Assert.NotEqual(35_000_000, vm.RunTimeNs);
    }

    [Fact]
    public void A_wake_up_during_the_turn_gives_another_turn()
    {
        var vm = Add(new SchedulingSettings(), TurnResult.UntilWoken);
        _queue.Wake(vm);
        Assert.True(_queue.TryTakeReady(out var taken, out _));
        _queue.Wake(vm);
        _queue.Return(taken, TurnResult.UntilWoken, ranNs: 1000);
        Assert.True(_queue.TryTakeReady(out taken, out _));
        _queue.Return(taken, TurnResult.UntilWoken, ranNs: 1000);
        Assert.False(_queue.TryTakeReady(out _, out _));
    }

    [Fact]
    public void Waking_twice_gives_one_turn()
    {
        var vm = Add(new SchedulingSettings(), TurnResult.UntilWoken);
        _queue.Wake(vm);
        _queue.Wake(vm);
        Assert.True(_queue.TryTakeReady(out var taken, out _));
        _queue.Return(taken, TurnResult.UntilWoken, 1);
        Assert.False(_queue.TryTakeReady(out _, out _));
        Assert.Equal(1, vm.WakeUps);
    }

    [Fact]
    public void A_removed_vm_gets_no_turn()
    {
        var vm = Busy(new SchedulingSettings());
        vm.Dispose();
        _queue.Wake(vm);
        Assert.False(_queue.TryTakeReady(out _, out _));
    }

    [Fact]
    public void No_more_have_a_turn_than_there_are_workers()
    {
        var queue = new RunQueue(new HostTime(_time), _wakeUps, QuantumNs, workers: 1, spares: 1);
        foreach (var vm in (ScheduledVm[])[Asleep(), Asleep()]) queue.Wake(vm);
        Assert.True(queue.TryTakeReady(out var first, out _));
        Assert.False(queue.TryTakeReady(out _, out _));

        queue.Return(first, TurnResult.UntilWoken, ranNs: 1000);

        Assert.True(queue.TryTakeReady(out _, out _));
        ScheduledVm Asleep() => new(new FakeVm(TurnResult.UntilWoken), new SchedulingSettings(), queue, rank: 0);
    }

    [Fact]
    public void No_more_threads_are_lent_than_there_are_spare_ones()
    {
        var queue = new RunQueue(new HostTime(_time), _wakeUps, QuantumNs, workers: 1, spares: 1);
        Assert.True(queue.TryLend());
        Assert.False(queue.TryLend());

        queue.RunLent(() => Assert.False(queue.TryLend()));
        Assert.True(queue.TryLend());
        queue.Keep();
        Assert.True(queue.TryLend());
    }

    private ScheduledVm Add(SchedulingSettings settings, TurnResult result) => new(new FakeVm(result), settings, _queue, rank: 0);

    private ScheduledVm Busy(SchedulingSettings settings)
    {
        var vm = Add(settings, TurnResult.Ready);
        _queue.Wake(vm);
        return vm;
    }

    // One worker on a manual clock.
    private void Run(int seconds)
    {
        var endNs = _time.NowNs + (seconds * 1_000_000_000L);
        while (_time.NowNs < endNs)
        {
            if (_queue.TryTakeReady(out var vm, out var sliceNs))
            {
                _time.Advance(sliceNs);
                _queue.Return(vm, ((FakeVm)vm.Vm).Result, sliceNs);
            }
            else
            {
                _time.Advance(1_000_000);
                _wakeUps.Ring();
            }
        }
    }

    private sealed class FakeVm(TurnResult result) : ISchedulable
    {
        public TurnResult Result => result;

        public string Name => "fake";

        public TurnResult RunTurn(long endNs, ISliceAlarm alarm) => result;

        public void Interrupt()
        {
        }
    }
}
