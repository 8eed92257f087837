// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Lending.Tests;

/// <summary>A line of another board: driven, read, left, lost and found.</summary>
public sealed class GpioTests : IDisposable
{
    private readonly TwoBoards _boards = new();
    private readonly RecordingLine _line = new();

    public GpioTests() => _boards.Desk.Bench.With("relay1", _line);

    public void Dispose() => _boards.Dispose();

    [Fact]
    public void Every_change_of_an_output_arrives_once_and_in_order()
    {
        using var vm = _boards.NewVm("vm", "gpio0/3: { to: desk/relay1 }");
        var port = vm.Output(3, level: false);
        vm.Open();
        for (var i = 1; i <= 200; i++) port.Drive(i % 2 == 1);
        _boards.Settle();
        Assert.Equal([false, .. Enumerable.Range(1, 200).Select(i => i % 2 == 1)], _line.Levels());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Also_over_a_network_that_loses_doubles_and_reorders(int seed)
    {
        using var vm = _boards.NewVm("vm", "gpio0/3: { to: desk/relay1 }");
        var port = vm.Output(3, level: false);
        vm.Open();
        _boards.Network.Faults = new Random(seed);
        for (var i = 1; i <= 200; i++)
        {
            port.Drive(i % 2 == 1);
            if (i % 7 == 0) _boards.Advance(TimeSpan.FromMilliseconds(20));
        }
        _boards.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([false, .. Enumerable.Range(1, 200).Select(i => i % 2 == 1)], _line.Levels());
    }

    [Fact]
    public void Nothing_is_driven_before_the_VM_runs()
    {
        using var vm = _boards.NewVm("vm", "gpio0/3: { to: desk/relay1 }");
        vm.Output(3, level: true);
        _boards.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(_line.Levels());
        vm.Open();
        Assert.Equal([true], _line.Levels());
    }

    [Fact]
    public void What_a_guest_does_before_its_lender_is_there_is_made_up_for_in_order()
    {
        using var vm = _boards.NewVm("vm", "gpio0/3: { to: desk/relay1 }");
        var port = vm.Output(3, level: true);
        vm.Ports.Open(1);
        for (var i = 1; i <= 5; i++) port.Drive(i % 2 == 0); // a guest that has just arrived plays the beats that it missed
        _boards.Settle();
        Assert.Equal([true, false, true, false, true, false], _line.Levels());
        port.Drive(true);
        _boards.Settle();
        Assert.Equal([true, false, true, false, true, false, true], _line.Levels());
    }

    [Fact]
    public void A_pause_does_what_the_manifest_says_and_going_on_drives_again()
    {
        using var vm = _boards.NewVm("vm", "gpio0/3: { to: desk/relay1, onPause: safe }");
        vm.Output(3, level: true);
        vm.Open();
        vm.Close(OutputRelease.Pause);
        Assert.Equal([true, false], _line.Levels());
        vm.Open();
        Assert.Equal([true, false, true], _line.Levels());
    }

    [Fact]
    public void A_checkpoint_leaves_no_trace()
    {
        using var vm = _boards.NewVm("vm", "gpio0/3: { to: desk/relay1, onPause: safe }");
        vm.Output(3, level: true);
        vm.Open();
        vm.Close(OutputRelease.Checkpoint);
        vm.Open();
        Assert.Equal([true], _line.Levels());
    }

    [Fact]
    public void Edges_come_with_the_times_that_the_other_board_saw()
    {
        using var vm = _boards.NewVm("vm", "gpio0/3: { to: desk/relay1, access: shared }");
        var (port, edges) = vm.Input(3);
        vm.Open();
        vm.Run();
        _boards.Advance(TimeSpan.FromSeconds(1)); // the clocks get to know each other
        var desk = _boards.Desk.Bench.Time;
        vm.Turn.NowNs += 1_000_000_000;
        var nowNs = desk.GetTimestamp();
        _line.Change(true, nowNs - 700_000);
        _line.Change(false, nowNs - 200_000);
        vm.Run();
        Assert.Equal([(true, 700_000L), (false, 200_000L)], edges.Select(edge => (edge.Level, vm.Turn.NowNs - edge.TimestampNs)));
        Assert.False(port.Level);
    }

    [Fact]
    public void A_pause_of_the_VM_waits_until_the_line_has_done_what_it_asked_for()
    {
        using var vm = _boards.NewVm("vm", "gpio0/3: { to: desk/relay1 }");
        var port = vm.Output(3, level: false);
        vm.Open();
        Assert.Equal(0, vm.Ports.Outstanding);
        port.Drive(true);
        Assert.Equal(1, vm.Ports.Outstanding);
        _boards.Settle();
        Assert.Equal(0, vm.Ports.Outstanding);
        Assert.True(vm.Turn.PostedCount > 0, "the VM was not told to look again");
    }

    [Fact]
    public void A_borrower_that_vanishes_loses_the_line_after_a_time_and_it_goes_safe()
    {
        using var vm = _boards.NewVm("vm", "gpio0/3: { to: desk/relay1 }");
        vm.Output(3, level: true);
        vm.Open();
        _boards.Pocket.Wire.IsConnected = false;
        _boards.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal([true], _line.Levels());
        _boards.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([true, false], _line.Levels());
        Assert.Empty(_boards.Desk.Bench.Board.Status()[0].Users);
        Assert.Contains(_boards.Desk.Bench.Reports, line => line.Contains("nothing was heard of it for 10 s", StringComparison.Ordinal));
    }

    [Fact]
    public void Or_holds_where_the_manifest_says_so()
    {
        using var vm = _boards.NewVm("vm", "gpio0/3: { to: desk/relay1, onLeaseEnd: hold }");
        vm.Output(3, level: true);
        vm.Open();
        _boards.Pocket.Wire.IsConnected = false;
        _boards.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal([true], _line.Levels());
        Assert.Empty(_boards.Desk.Bench.Board.Status()[0].Users);
    }

    [Fact]
    public void A_broker_that_comes_back_in_time_costs_no_change()
    {
        using var vm = _boards.NewVm("vm", "gpio0/3: { to: desk/relay1 }");
        var port = vm.Output(3, level: false);
        vm.Open();
        _boards.Connect(false);
        for (var i = 1; i <= 20; i++)
        {
            port.Drive(i % 2 == 1);
            _boards.Advance(TimeSpan.FromMilliseconds(200));
        }
        Assert.Equal([false], _line.Levels());
        _boards.Connect(true);
        _boards.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([false, .. Enumerable.Range(1, 20).Select(i => i % 2 == 1)], _line.Levels());
    }

    [Fact]
    public void One_that_comes_back_too_late_brings_the_level_as_it_is_then()
    {
        using var vm = _boards.NewVm("vm", "gpio0/3: { to: desk/relay1 }");
        var port = vm.Output(3, level: true);
        vm.Open();
        _boards.Connect(false);
        for (var i = 1; i <= 21; i++) port.Drive(i % 2 == 0);
        _boards.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal([true, false], _line.Levels()); // safe
        port.Drive(true);
        _boards.Connect(true);
        _boards.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal([true, false, true], _line.Levels());
        Assert.Equal(LoanState.Up, Assert.Single(_boards.Pocket.Endpoint.Loans).State);
    }

    [Fact]
    public void An_input_holds_its_level_while_the_link_is_lost_and_catches_up()
    {
        using var vm = _boards.NewVm("vm", "gpio0/3: { to: desk/relay1, access: shared }");
        var (port, edges) = vm.Input(3);
        vm.Open();
        _line.Change(true, _boards.Desk.Bench.Time.GetTimestamp());
        vm.Run();
        _boards.Connect(false);
        _line.Change(false, _boards.Desk.Bench.Time.GetTimestamp());
        _line.Change(true, _boards.Desk.Bench.Time.GetTimestamp());
        _line.Change(false, _boards.Desk.Bench.Time.GetTimestamp());
        _boards.Advance(TimeSpan.FromSeconds(3));
        vm.Run();
        Assert.True(port.Level);
        _boards.Connect(true);
        _boards.Advance(TimeSpan.FromSeconds(1));
        vm.Run();
        Assert.Equal([true, false, true, false], edges.Select(edge => edge.Level));
    }

    [Fact]
    public void Or_goes_to_its_bias_until_the_link_is_back()
    {
        using var vm = _boards.NewVm("vm", "gpio0/3: { to: desk/relay1, access: shared, onLinkLoss: error }");
        var (port, edges) = vm.Input(3, GpioBias.PullUp);
        vm.Open();
        vm.Run();
        _line.Change(false, _boards.Desk.Bench.Time.GetTimestamp());
        vm.Run();
        Assert.False(port.Level);
        _boards.Connect(false);
        vm.Run();
        Assert.True(port.Level);
        _boards.Connect(true);
        _boards.Advance(TimeSpan.FromSeconds(1));
        vm.Run();
        Assert.False(port.Level);
        Assert.False(edges[^1].Level);
    }

    [Fact]
    public void A_lender_that_has_forgotten_everything_is_asked_again()
    {
        using var vm = _boards.NewVm("vm", "gpio0/3: { to: desk/relay1 }");
        var port = vm.Output(3, level: true);
        vm.Open();
        _boards.Desk.Crash();
        _boards.Advance(TimeSpan.FromSeconds(4));
        port.Drive(false);
        _boards.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal([true, false], _line.Levels());
        Assert.Equal(LoanState.Up, Assert.Single(_boards.Pocket.Endpoint.Loans).State);
    }

    [Fact]
    public void More_changes_than_may_be_under_way_end_with_the_last_level()
    {
        using var vm = _boards.NewVm("vm", "gpio0/3: { to: desk/relay1 }");
        var port = vm.Output(3, level: false);
        vm.Open();
        _boards.Connect(false);
        for (var i = 1; i <= 10_001; i++) port.Drive(i % 2 == 1);
        _boards.Connect(true);
        _boards.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_line.Level);
        Assert.InRange(_line.Levels().Length, BorrowedGpio.MostUnderWay, BorrowedGpio.MostUnderWay + 3);
        Assert.True(Assert.Single(_boards.Pocket.Endpoint.Loans).Merged > 9_000);
    }

    [Fact]
    public void A_VM_that_is_gone_gives_everything_back_at_once()
    {
        var vm = _boards.NewVm("vm", "gpio0/3: { to: desk/relay1 }");
        vm.Output(3, level: true);
        vm.Open();
        vm.Close(OutputRelease.Stop);
        vm.Dispose();
        _boards.Settle();
        Assert.Equal([true, false], _line.Levels());
        Assert.Empty(_boards.Desk.Endpoint.Lent);
        Assert.Empty(_boards.Pocket.Endpoint.Loans);
    }

    [Fact]
    public void An_older_epoch_cannot_drive_any_more()
    {
        var third = _boards.Add("third");
        using var old = _boards.NewVm("vm", "gpio0/3: { to: desk/relay1 }");
        var port = old.Output(3, level: true);
        old.Open();
        using var young = _boards.NewVm("vm", "gpio0/3: { to: desk/relay1 }", third);
        young.Epoch = 2;
        young.Output(3, level: true);
        young.Open();
        port.Drive(false);
        _boards.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([true], _line.Levels());
        young.Gpio(3).Drive(false);
        _boards.Settle();
        Assert.Equal([true, false], _line.Levels());
    }
}
