// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards.Tests.Sharing;

public sealed class I2cTests : IDisposable
{
    private readonly FakeI2cTarget _sensor = new(0x76);
    private readonly FakeI2cTarget _neighbour = new(0x50);
    private readonly FakeI2cTarget _elsewhere = new(0x76);
    private readonly Bench _bench = new();

    public I2cTests() => _bench.With("sensor", _sensor, "bus/1").With("neighbour", _neighbour, "bus/1").With("elsewhere", _elsewhere, "bus/2");

    public void Dispose()
    {
        foreach (var target in (FakeI2cTarget[])[_sensor, _neighbour, _elsewhere]) target.Gate.Set();
        _bench.Dispose();
    }

    [Fact]
    public void A_target_that_answers_at_once_is_served_before_the_call_returns()
    {
        _sensor.IsImmediate = true;
        using var vm = _bench.NewVm("a", "i2c0: sensor").Open();

        Assert.Equal(BusStatus.Ok, vm.Send("i2c0", 0x76, 1).Status);
        Assert.Equal((0, 0), (vm.Ports.Outstanding, vm.Turn.PostedCount));
    }

    [Fact]
    public void A_slow_target_completes_on_the_VMs_turn_and_is_outstanding_until_then()
    {
        _sensor.Gate.Reset();
        using var vm = _bench.NewVm("a", "i2c0: sensor").Open();

        var outcome = vm.Send("i2c0", 0x76, 1);
        _sensor.Begun.Wait();
        Assert.Equal((null, 1), (outcome.Status, vm.Ports.Outstanding));
        _sensor.Gate.Set();
        vm.Turn.RunNext();

        Assert.Equal((BusStatus.Ok, 0), (outcome.Status, vm.Ports.Outstanding));
    }

    [Fact]
    public void While_its_guest_waits_for_it_a_transaction_is_done_by_the_thread_of_the_turn_and_completes_on_the_next()
    {
        using var vm = _bench.NewVm("a", "i2c0: sensor").Open();
        vm.Turn.Lends = true;
        var outcome = vm.Send("i2c0", 0x76, 1);
        Assert.Empty(_sensor.Seen); // not while it has the turn

        vm.Turn.End(isAtRest: true);

        Assert.Equal([1], _sensor.Seen);
        Assert.Equal((null, 1), (outcome.Status, vm.Turn.PostedCount));
        vm.Turn.RunNext();
        Assert.Equal((BusStatus.Ok, 0), (outcome.Status, vm.Ports.Outstanding));
    }

    [Fact]
    public void Where_its_guest_goes_on_a_transaction_is_done_by_the_buss_own_thread()
    {
        using var vm = _bench.NewVm("a", "i2c0: sensor").Open();
        vm.Turn.Lends = true;
        var outcome = vm.Send("i2c0", 0x76, 1);

        vm.Turn.End(isAtRest: false);
        vm.Turn.RunNext();

        Assert.Equal((BusStatus.Ok, 0), (outcome.Status, vm.Ports.Outstanding));
        Assert.Equal([1], _sensor.Seen);
    }

    [Fact]
    public void What_another_asks_for_meanwhile_does_not_wait_for_that_guest()
    {
        using var dawdler = _bench.NewVm("dawdler", "i2c0: { to: sensor, access: shared }").Open();
        using var other = _bench.NewVm("other", "i2c0: { to: sensor, access: shared }").Open();
        dawdler.Turn.Lends = true;
        dawdler.Send("i2c0", 0x76, 1);

        var outcome = other.Send("i2c0", 0x76, 2);
        other.Turn.RunNext();
        Assert.Equal(BusStatus.Ok, outcome.Status);

        dawdler.Turn.End(isAtRest: true); // finds nothing left to do
        dawdler.Turn.RunNext();
        Assert.Equal([1, 2], _sensor.Seen);
    }

    [Fact]
    public void A_stuck_bus_delays_nobody_who_does_not_use_it()
    {
        _sensor.Gate.Reset();
        using var victim = _bench.NewVm("victim", "i2c0: sensor").Open();
        using var other = _bench.NewVm("other", "i2c0: elsewhere").Open();
        victim.Send("i2c0", 0x76, 1);
        _sensor.Begun.Wait();

        var outcome = other.Send("i2c0", 0x76, 2);
        other.Turn.RunNext();

        Assert.Equal(BusStatus.Ok, outcome.Status);
        Assert.Equal(1, victim.Ports.Outstanding);
    }

    [Fact]
    public void Transactions_of_one_bus_come_one_after_the_other_in_the_order_of_asking()
    {
        _sensor.Gate.Reset();
        using var a = _bench.NewVm("a", "i2c0: { to: sensor, access: shared }").Open();
        using var b = _bench.NewVm("b", "i2c0: { to: [sensor, neighbour], access: shared }").Open();
        using var c = _bench.NewVm("c", "i2c0: { to: sensor, access: shared }").Open();
        a.Send("i2c0", 0x76, 1);
        _sensor.Begun.Wait();
        b.Send("i2c0", 0x50, 2);
        c.Send("i2c0", 0x76, 3);
        Assert.Empty(_neighbour.Seen); // the neighbour on the same bus waits too

        _sensor.Gate.Set();
        a.Turn.RunNext();
        b.Turn.RunNext();
        c.Turn.RunNext();

        Assert.Equal([1, 3], _sensor.Seen);
        Assert.Equal([2], _neighbour.Seen);
        Assert.False(_sensor.WasShared);
    }

    [Fact]
    public void A_VM_that_asks_without_end_does_not_starve_another()
    {
        using var greedy = _bench.NewVm("greedy", "i2c0: { to: sensor, access: shared }").Open();
        using var modest = _bench.NewVm("modest", "i2c0: { to: sensor, access: shared }").Open();
        var asked = 0;
        void AskAgain(BusStatus _)
        {
            if (asked++ < 100) greedy.Ports.I2c("i2c0").Transfer([new I2cMessage(0x76, false, new byte[] { 1 })], AskAgain);
        }
        _sensor.Gate.Reset();
        AskAgain(BusStatus.Ok);
        _sensor.Begun.Wait();
        modest.Send("i2c0", 0x76, 9);
        _sensor.Gate.Set();
        greedy.Turn.RunNext();
        greedy.Turn.RunNext();

        Assert.Equal(9, _sensor.Seen.ElementAt(1)); // its turn comes after the one under way
    }

    [Fact]
    public void A_guest_sees_the_listed_targets_only_and_at_the_addresses_of_the_manifest()
    {
        _sensor.IsImmediate = _neighbour.IsImmediate = _elsewhere.IsImmediate = true;
        using var vm = _bench.NewVm("a", "i2c0: { to: [sensor, { role: elsewhere, address: 0x77 }] }").Open();

        Assert.Equal(BusStatus.Ok, vm.Send("i2c0", 0x76, 1).Status);
        Assert.Equal(BusStatus.Ok, vm.Send("i2c0", 0x77, 2).Status);
        Assert.Equal(BusStatus.NoAcknowledge, vm.Send("i2c0", 0x50, 3).Status);
        Assert.Equal([1], _sensor.Seen);
        Assert.Equal([2], _elsewhere.Seen);
    }

    [Fact]
    public void What_waits_when_its_VM_ceases_to_run_never_reaches_the_bus()
    {
        _sensor.Gate.Reset();
        using var a = _bench.NewVm("a", "i2c0: { to: sensor, access: shared }").Open();
        using var b = _bench.NewVm("b", "i2c0: { to: sensor, access: shared }").Open();
        a.Send("i2c0", 0x76, 1);
        _sensor.Begun.Wait();
        var outcome = b.Send("i2c0", 0x76, 2);

        b.Ports.Close(OutputRelease.Fault);
        _sensor.Gate.Set();
        b.Turn.RunNext();

        Assert.Equal((BusStatus.Unavailable, 0), (outcome.Status, b.Ports.Outstanding));
        Assert.Equal([1], _sensor.Seen);
        Assert.Equal(BusStatus.Unavailable, b.Send("i2c0", 0x76, 3).Status);
    }

    [Fact]
    public void A_transaction_for_several_targets_at_once_is_unsupported_and_the_port_goes_on()
    {
        _sensor.IsImmediate = _neighbour.IsImmediate = true;
        using var vm = _bench.NewVm("a", "i2c0: { to: [sensor, neighbour] }").Open();
        BusStatus? status = null;
        vm.Ports.I2c("i2c0").Transfer([new I2cMessage(0x76, false, new byte[1]), new I2cMessage(0x50, true, new byte[1])], s => status = s);

        Assert.Equal(BusStatus.Unsupported, status);
        Assert.Equal(BusStatus.Ok, vm.Send("i2c0", 0x76, 1).Status);
    }

    [Fact]
    public void A_budget_spreads_transactions_over_time()
    {
        _sensor.IsImmediate = true;
        using var vm = _bench.NewVm("a", "i2c0: { to: sensor, budget: { perSecond: 10, burst: 1 } }").Open();
        Assert.Equal(BusStatus.Ok, vm.Send("i2c0", 0x76, 1).Status);

        var outcome = vm.Send("i2c0", 0x76, 2);
        Assert.Null(outcome.Status);
        _bench.Time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Single(_sensor.Seen);
        _bench.Time.Advance(TimeSpan.FromMilliseconds(1));
        vm.Turn.RunNext();

        Assert.Equal(BusStatus.Ok, outcome.Status);
    }

    [Fact]
    public void A_transaction_that_waits_for_its_budget_comes_back_when_its_VM_ceases_to_run()
    {
        _sensor.IsImmediate = true;
        using var vm = _bench.NewVm("a", "i2c0: { to: sensor, budget: { perSecond: 1, burst: 1 } }").Open();
        vm.Send("i2c0", 0x76, 1);
        var outcome = vm.Send("i2c0", 0x76, 2);

        vm.Ports.Close(OutputRelease.Stop);
        vm.Turn.RunNext();

        Assert.Equal((BusStatus.Unavailable, 0), (outcome.Status, vm.Ports.Outstanding));
        Assert.Equal([1], _sensor.Seen);
    }

    [Fact]
    public void A_leased_target_is_one_VMs_until_it_was_idle_and_then_the_next_ones()
    {
        _sensor.IsImmediate = true;
        using var a = _bench.NewVm("a", "i2c0: { to: sensor, access: lease, leaseMs: 20 }").Open();
        using var b = _bench.NewVm("b", "i2c0: { to: sensor, access: lease, leaseMs: 20 }").Open();
        a.Send("i2c0", 0x76, 1);
        var outcome = b.Send("i2c0", 0x76, 2);
        a.Send("i2c0", 0x76, 3);
        Assert.Null(outcome.Status);

        _bench.Time.Advance(TimeSpan.FromMilliseconds(20));
        b.Turn.RunNext();

        Assert.Equal(BusStatus.Ok, outcome.Status);
        Assert.Equal([1, 3, 2], _sensor.Seen);
    }

    [Fact]
    public void A_target_that_fails_is_the_guests_bus_error_and_is_counted()
    {
        (_sensor.IsImmediate, _sensor.Failure) = (true, new PeripheralException("sensor: adapter gone"));
        using var vm = _bench.NewVm("a", "i2c0: sensor").Open();

        Assert.Equal(BusStatus.Failed, vm.Send("i2c0", 0x76, 1).Status);
        var counts = _bench.Board.Status()[0].Counts;
        Assert.Equal((1, 1), (counts.Transactions, counts.Errors));
        Assert.Contains("sensor: adapter gone", _bench.Reports);
    }
}
