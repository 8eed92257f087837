// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards.Tests.Sharing;

public sealed class PolicyTests : IDisposable
{
    private readonly RecordingLine _line = new();
    private readonly Bench _bench = new();

    public PolicyTests() => _bench.With("line", _line);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Of_several_drivers_the_highest_priority_wins_while_it_runs()
    {
        using var low = NewVm("low", "priority, priority: 1").Open();
        using var high = NewVm("high", "priority, priority: 9");
        var normal = low.Output(0, true);
        var urgent = high.Output(0, false);
        Assert.Equal(["output high"], _line.Calls);

        high.Open();
        normal.Drive(false);
        normal.Drive(true);
        Assert.Equal(["output high", "low"], _line.Calls);
        urgent.Drive(true);
        urgent.Drive(false);
        high.Ports.Close(OutputRelease.Pause);

        Assert.Equal(["output high", "low", "high", "low", "high"], _line.Calls); // back to what the other one asks for
    }

    [Fact]
    public void A_driver_of_high_priority_that_lets_go_of_the_line_lets_the_others_have_it()
    {
        using var low = NewVm("low", "priority, priority: 1").Open();
        using var high = NewVm("high", "priority, priority: 9").Open();
        low.Output(0, true);
        var urgent = high.Output(0, false);

        urgent.Configure(new GpioMode(GpioDirection.Input));

        Assert.True(_line.Level);
        Assert.Equal(GpioDirection.Output, _line.Mode.Direction);
    }

    [Theory]
    [InlineData("wired-and", false, false, false)]
    [InlineData("wired-and", false, true, false)]
    [InlineData("wired-and", true, false, false)]
    [InlineData("wired-and", true, true, true)]
    [InlineData("wired-or", false, false, false)]
    [InlineData("wired-or", false, true, true)]
    [InlineData("wired-or", true, false, true)]
    [InlineData("wired-or", true, true, true)]
    public void A_wired_line_has_the_level_that_its_drivers_make_together(string access, bool one, bool other, bool expected)
    {
        using var a = NewVm("a", access).Open();
        using var b = NewVm("b", access).Open();
        a.Output(0, one);
        b.Output(0, other);

        Assert.Equal(expected, _line.Level);
    }

    [Fact]
    public void A_wired_line_changes_only_when_the_result_does()
    {
        using var a = NewVm("a", "wired-or").Open();
        using var b = NewVm("b", "wired-or").Open();
        var (first, second) = (a.Output(0, true), b.Output(0, false));

        second.Drive(true);
        first.Drive(false);
        second.Drive(false);

        Assert.Equal(["output high", "low"], _line.Calls);
    }

    [Fact]
    public void A_paused_VM_that_holds_keeps_its_say_in_a_wired_line_and_a_stopped_one_does_not()
    {
        using var a = NewVm("a", "wired-or").Open();
        using var b = NewVm("b", "wired-or").Open();
        a.Output(0, true);
        b.Output(0, false);

        a.Ports.Close(OutputRelease.Pause);
        Assert.True(_line.Level);
        a.Ports.Close(OutputRelease.Stop);
        Assert.False(_line.Level);
    }

    [Fact]
    public void When_the_last_driver_of_a_shared_line_stops_the_line_goes_to_that_ones_safe_level()
    {
        using var a = NewVm("a", "wired-or, safe: low").Open();
        using var b = NewVm("b", "wired-or, safe: high").Open();
        a.Output(0, true);
        b.Output(0, false);

        a.Ports.Close(OutputRelease.Stop);
        Assert.False(_line.Level);
        b.Ports.Close(OutputRelease.Stop);
        Assert.True(_line.Level);
    }

    [Fact]
    public void The_first_to_use_a_leased_line_has_it_until_it_was_idle_for_a_while()
    {
        using var a = NewVm("a", "lease, leaseMs: 50").Open();
        using var b = NewVm("b", "lease, leaseMs: 50").Open();
        var first = a.Output(0, false);
        _bench.Time.Advance(TimeSpan.FromMilliseconds(60)); // nobody waits: it may keep it
        first.Drive(true);
        var second = b.Output(0, false);
        Assert.True(_line.Level);

        _bench.Time.Advance(TimeSpan.FromMilliseconds(51));

        Assert.False(_line.Level); // the second's last wish, without its asking again
        second.Drive(true);
        Assert.True(_line.Level);
    }

    [Fact]
    public void Nobody_keeps_a_leased_line_by_using_it_without_end_while_others_wait()
    {
        using var greedy = NewVm("greedy", "lease, leaseMs: 50").Open();
        using var patient = NewVm("patient", "lease, leaseMs: 50").Open();
        var first = greedy.Output(0, false);
        patient.Output(0, true);
        var isPatientServed = false;
        for (var i = 0; i < 100 && !isPatientServed; i++)
        {
            _bench.Time.Advance(TimeSpan.FromMilliseconds(1));
            first.Drive(i % 2 == 0);
            first.Drive(false);
            isPatientServed = _line.Level;
        }

        Assert.True(isPatientServed);
    }

    [Fact]
    public void A_lease_ends_with_its_VM()
    {
        using var a = NewVm("a", "lease").Open();
        using var b = NewVm("b", "lease").Open();
        a.Output(0, false);
        b.Output(0, true);

        a.Ports.Close(OutputRelease.Stop);

        Assert.True(_line.Level);
    }

    [Fact]
    public void A_budget_lets_a_burst_through_then_the_latest_level_at_its_pace()
    {
        using var vm = NewVm("a", "exclusive, budget: { perSecond: 100, burst: 3 }").Open();
        var port = vm.Output(0, false);
        for (var i = 0; i < 50; i++) port.Drive(i % 2 == 0); // ends low
        port.Drive(true);
        Assert.Equal(["output low", "high", "low", "high"], _line.Calls);
        port.Drive(false);
        Assert.Equal(4, _line.Calls.Count);

        _bench.Time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal(["output low", "high", "low", "high", "low"], _line.Calls);
        _bench.Time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal(5, _line.Calls.Count); // nothing more was asked for
    }

    [Theory]
    [InlineData("exclusive", "shared", false)]
    [InlineData("shared", "exclusive", false)]
    [InlineData("shared", "shared", true)]
    [InlineData("owner", "shared", true)]
    [InlineData("owner", "owner", false)]
    [InlineData("priority", "priority", true)]
    [InlineData("priority", "wired-or", false)]
    [InlineData("wired-and", "shared", true)]
    [InlineData("lease", "lease", true)]
    public void Policies_go_together_or_the_second_VM_is_told_why_not(string first, string second, bool isFine)
    {
        using var a = NewVm("a", first);
        if (isFine)
        {
            NewVm("b", second).Dispose();
            return;
        }
        var refusal = Assert.Throws<BindingException>(() => NewVm("b", second));
        Assert.StartsWith("VM b: port gpio0/0: 'line': VM a (port gpio0/0) ", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(BindingProblemKind.Conflict, Assert.Single(refusal.Plan!.Problems).Kind);
    }

    private TestVm NewVm(string name, string access) => _bench.NewVm(name, $"gpio0/0: {{ to: line, access: {access} }}");
}
