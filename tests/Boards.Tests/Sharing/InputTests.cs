// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards.Tests.Sharing;

public sealed class InputTests : IDisposable
{
    private readonly RecordingLine _line = new();
    private readonly Bench _bench = new();

    public InputTests() => _bench.With("button1", _line);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void An_edge_reaches_every_VM_that_shares_the_input_on_its_own_turn()
    {
        using var a = _bench.NewVm("a", "gpio0/4: { to: button1, access: shared }").Open();
        using var b = _bench.NewVm("b", "gpio0/9: { to: button1, access: shared }").Open();
        var (first, second) = (a.Input(4), b.Input(9));

        _line.Change(true, _bench.Time.GetTimestamp());
        Assert.Empty(first.Edges);
        a.Turn.Run();
        Assert.Single(first.Edges);
        Assert.Empty(second.Edges);
        b.Turn.Run();

        Assert.Single(second.Edges);
        Assert.Equal((true, true), (first.Port.Level, second.Port.Level));
    }

    [Fact]
    public void Edges_carry_the_guests_time_of_when_they_happened()
    {
        using var vm = _bench.NewVm("a", "gpio0/4: button1").Open();
        var (_, edges) = vm.Input(4);
        vm.Turn.NowNs = 1_000_000;
        _line.Change(true, _bench.Time.GetTimestamp());
        _bench.Time.Advance(TimeSpan.FromTicks(3)); // 300 ns
        _line.Change(false, _bench.Time.GetTimestamp());
        _bench.Time.Advance(TimeSpan.FromTicks(2));

        vm.Turn.Run();

        Assert.Equal([new GpioEdge(true, 999_500), new GpioEdge(false, 999_800)], edges);
    }

    [Fact]
    public void Guest_time_of_edges_never_goes_back_and_is_never_in_the_future()
    {
        using var vm = _bench.NewVm("a", "gpio0/4: button1").Open();
        var (_, edges) = vm.Input(4);
        vm.Turn.NowNs = 100;
        _line.Change(true, _bench.Time.GetTimestamp() + 1_000_000);
        _line.Change(false, _bench.Time.GetTimestamp() - 500_000);

        vm.Turn.Run();

        Assert.Equal([100, 100], edges.Select(edge => edge.TimestampNs));
    }

    [Fact]
    public void A_thousand_edges_wake_the_VM_once_and_the_last_level_arrives()
    {
        using var vm = _bench.NewVm("a", "gpio0/4: button1").Open();
        var (port, edges) = vm.Input(4);
        for (var i = 0; i < 1001; i++) _line.Change(i % 2 == 0, _bench.Time.GetTimestamp());

        Assert.Equal(1, vm.Turn.PostedCount);
        vm.Turn.Run();

        Assert.True(port.Level);
        Assert.Equal(edges.Count % 2 == 1, edges[^1].Level);
        Assert.True(_bench.Board.Status()[0].Counts.LostEdges > 0);
        Assert.Equal(1001, _bench.Board.Status()[0].Counts.Edges);
    }

    [Fact]
    public void A_VM_that_goes_on_hears_of_a_level_that_changed_meanwhile_once()
    {
        using var vm = _bench.NewVm("a", "gpio0/4: button1").Open();
        var (_, edges) = vm.Input(4);
        vm.Ports.Close(OutputRelease.Pause);
        foreach (var level in (bool[])[true, false, true]) _line.Change(level, _bench.Time.GetTimestamp());
        vm.Turn.Run();
        Assert.Empty(edges);

        vm.Open();
        vm.Turn.Run();

        Assert.Equal([true], edges.Select(edge => edge.Level));
    }

    [Fact]
    public void A_device_that_is_restored_sees_the_level_of_the_new_boards_line_before_it_runs()
    {
        _line.Level = true;
        using var vm = _bench.NewVm("a", "gpio0/4: button1");

        var (port, edges) = vm.Input(4, GpioBias.PullUp);

        Assert.True(port.Level);
        vm.Open();
        vm.Turn.Run();
        Assert.Empty(edges);
        Assert.Equal(GpioBias.PullUp, _line.Mode.Bias);
    }

    [Fact]
    public void A_sharer_may_not_drive()
    {
        using var vm = _bench.NewVm("a", "gpio0/4: { to: button1, access: shared }").Open();

        vm.Output(4, true);
        vm.Gpio(4).Drive(false);
        vm.Gpio(4).Configure(new GpioMode(GpioDirection.Disconnected));
        vm.Output(4, true);

        Assert.Empty(_line.Calls);
        Assert.Equal(2, _bench.Board.Status()[0].Counts.Refusals);
        Assert.Single(_bench.Reports, report => report == "VM a: port gpio0/4 may watch button1 but not drive it (access: shared)"); // once
    }

    [Fact]
    public void Who_watches_an_output_hears_of_every_change_its_owner_makes()
    {
        using var owner = _bench.NewVm("owner", "gpio0/3: { to: button1, access: owner }").Open();
        using var watcher = _bench.NewVm("watcher", "gpio0/4: { to: button1, access: shared }").Open();
        var port = owner.Output(3, false);
        var (seen, edges) = watcher.Input(4);

        foreach (var level in (bool[])[true, false, true]) port.Drive(level);
        watcher.Turn.Run();

        Assert.Equal([true, false, true], edges.Select(edge => edge.Level));
        Assert.True(seen.Level);
        Assert.Equal(["output low", "high", "low", "high"], _line.Calls); // reading it did not make it an input
    }

    [Fact]
    public void A_watcher_that_comes_later_does_not_disturb_the_output_and_its_leaving_does_neither()
    {
        using var owner = _bench.NewVm("owner", "gpio0/3: { to: button1, access: owner }").Open();
        var port = owner.Output(3, false);
        port.Drive(true);
        using (var watcher = _bench.NewVm("watcher", "gpio0/4: { to: button1, access: shared }").Open())
        {
            Assert.True(watcher.Input(4).Port.Level);
            port.Drive(false);
        }
        port.Drive(true);

        Assert.Equal(["output low", "high", "low", "high"], _line.Calls);
    }
}
