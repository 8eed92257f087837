// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Lending.Tests;

/// <summary>A VM moves on, and its peripheral stays.</summary>
public sealed class MoveTests : IDisposable
{
    private readonly TwoBoards _boards = new();
    private readonly RecordingLine _line = new();

    public MoveTests() => _boards.Desk.Bench.With("pin", _line);

    public void Dispose() => _boards.Dispose();

    [Fact]
    public void An_output_shows_no_glitch_on_the_way_there_and_back()
    {
        var home = _boards.Desk.Bench.NewVm("vm", "gpio0/3: { to: pin, onMove: stay-behind, onHandover: safe }");
        home.Output(3, level: true);
        home.Open();
        home.Ports.Close(OutputRelease.Handover);
        var away = Away(2);
        away.Output(3, level: true);
        away.Open();
        home.Dispose(); // the source frees when it hears that it runs there
        _boards.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([true], _line.Levels());

        away.Gpio(3).Drive(false);
        _boards.Settle();
        away.Close(OutputRelease.Handover);
        using var back = _boards.Desk.Bench.NewVm("vm", "gpio0/3: { to: pin, onMove: stay-behind }");
        back.Epoch = 3;
        back.Output(3, level: false);
        back.Open();
        away.Dispose();
        _boards.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([true, false], _line.Levels());
        back.Gpio(3).Drive(true);
        Assert.Equal([true, false, true], _line.Levels());
        Assert.Empty(_boards.Desk.Endpoint.Lent);
    }

    [Fact]
    public void It_holds_also_from_one_borrower_to_the_next_and_when_the_last_word_of_the_old_one_is_lost()
    {
        var third = _boards.Add("third");
        using var away = Away(2);
        away.Output(3, level: true);
        away.Open();
        _boards.Pocket.Wire.IsConnected = false;
        away.Close(OutputRelease.Handover);
        using var further = Away(3, third);
        further.Output(3, level: true);
        further.Open();
        _boards.Pocket.Wire.IsConnected = true;
        _boards.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([true], _line.Levels());
        further.Gpio(3).Drive(false);
        _boards.Settle();
        Assert.Equal([true, false], _line.Levels());
    }

    [Fact]
    public void What_was_left_behind_and_is_not_fetched_goes_safe_after_a_time()
    {
        var home = _boards.Desk.Bench.NewVm("vm", "gpio0/3: { to: pin, onMove: stay-behind }");
        home.Output(3, level: true);
        home.Open();
        home.Ports.Close(OutputRelease.Handover);
        home.Dispose();
        _boards.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal([true], _line.Levels());
        Assert.NotEmpty(_boards.Desk.Bench.Board.Status()[0].Users);
        _boards.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([true, false], _line.Levels());
        Assert.Empty(_boards.Desk.Bench.Board.Status()[0].Users);
    }

    [Fact]
    public void Edges_while_the_VM_is_on_its_way_are_heard_once_each_and_the_guest_sees_no_other()
    {
        var home = _boards.Desk.Bench.NewVm("vm", "gpio0/3: { to: pin, access: shared, onMove: stay-behind }");
        var (_, before) = home.Input(3);
        home.Open();
        Change(true);
        home.Turn.Run();
        home.Ports.Close(OutputRelease.Handover);
        Change(false);
        Change(true);
        var seen = home.Ports.SaveSeen();
        Assert.Equal("gpio0/3=1", seen);

        using var away = Away(2, access: ", access: shared");
        away.Gpio(3);
        away.Ports.RestoreSeen(seen);
        var (port, after) = away.Input(3);
        Assert.True(port.Level); // a device that is restored takes a level that it does not know for an edge
        away.Open();
        home.Dispose();
        Change(false);
        away.Run();
        Assert.Equal([true], before.Select(edge => edge.Level));
        Assert.Equal([false, true, false], after.Select(edge => edge.Level));
        Assert.Equal("gpio0/3=0", away.Ports.SaveSeen());
    }

    [Fact]
    public void A_move_that_fails_loses_no_edge_either()
    {
        using var home = _boards.Desk.Bench.NewVm("vm", "gpio0/3: { to: pin, access: shared, onMove: stay-behind }");
        var (_, edges) = home.Input(3);
        home.Open();
        home.Ports.Close(OutputRelease.Handover);
        Change(true);
        Change(false);
        Change(true);
        home.Turn.Run();
        Assert.Empty(edges); // it stands still
        home.Open();
        home.Turn.Run();
        Assert.Equal([true, false, true], edges.Select(edge => edge.Level));
    }

    [Fact]
    public void What_was_granted_for_one_epoch_is_not_opened_for_another()
    {
        using var away = Away(2);
        away.Output(3, level: true);
        away.Open();
        var item = new ItemWriter(ItemKind.Open).Long(long.MaxValue).Finish();
        _boards.Pocket.Endpoint.Borrowed[^1].Send(new LinkItem(() => item));
        _boards.Settle();
        Assert.Contains(_boards.Desk.Bench.Reports, line => line.Contains("was granted this for 2", StringComparison.Ordinal));
        using var next = Away(3);
        next.Output(3, level: true);
        next.Open();
        next.Gpio(3).Drive(false);
        _boards.Settle();
        Assert.False(_line.Levels()[^1]); // no epoch that nobody had keeps it out
    }

    [Fact]
    public void A_VM_that_goes_on_under_another_epoch_where_it_is_has_its_peripherals_again()
    {
        using var away = Away(2);
        away.Output(3, level: true);
        away.Open();
        away.Close(OutputRelease.Handover); // to a board that never took it
        away.Epoch = 4;
        away.Open();
        _boards.Advance(TimeSpan.FromSeconds(1));
        away.Gpio(3).Drive(false);
        _boards.Settle();
        Assert.Equal([true, false], _line.Levels());
    }

    private RemoteVm Away(ulong epoch, LendingBoard? on = null, string access = "")
    {
        var vm = _boards.NewVm("vm", $"gpio0/3: {{ to: desk/pin, onMove: stay-behind{access} }}", on);
        vm.Epoch = epoch;
        return vm;
    }

    private void Change(bool level) => _line.Change(level, _boards.Desk.Bench.Time.GetTimestamp());
}
