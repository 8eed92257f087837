// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Boards;

namespace EdgeHypervisor.Lending.Tests;

/// <summary>An older copy of a VM drives nothing of what is lent, whatever has happened meanwhile.</summary>
public sealed class EpochTests : IDisposable
{
    private const string Map = "gpio0/3: { to: desk/relay1, onLeaseEnd: hold }";
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("ehv-epochs").FullName, "lent-epochs");
    private readonly RecordingLine _line = new();
    private readonly TwoBoards _boards;

    public EpochTests() => _boards = Boards(_line);

    public void Dispose()
    {
        _boards.Dispose();
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    [Fact]
    public void A_copy_that_was_given_up_for_dead_drives_nothing_even_if_it_comes_first_after_the_lenders_restart()
    {
        using (var adopted = Vm(_boards, 1_000_004, "blinky.1"))
        {
            adopted.Output(3, level: true);
            adopted.Open();
        }
        Assert.Equal("blinky.1 1000004\n", File.ReadAllText(_file));

        var line = new RecordingLine();
        using var later = Boards(line);
        using var dead = Vm(later, 3, "blinky.1");
        dead.Output(3, level: true);
        dead.Open();
        later.Advance(TimeSpan.FromSeconds(2));
        Assert.DoesNotContain(true, line.Levels());
        Assert.Contains(later.Pocket.Bench.Reports, report => report.Contains("1000004", StringComparison.Ordinal));
        using var again = Vm(later, 1_000_004, "blinky.1", later.Add("third"));
        again.Output(3, level: true);
        again.Open();
        Assert.True(line.Levels()[^1]);
    }

    [Fact]
    public void A_new_VM_of_the_name_of_one_that_has_moved_often_borrows_as_any_other()
    {
        using (var old = Vm(_boards, 9, "blinky.1"))
        {
            old.Output(3, level: true);
            old.Open();
        }
        _boards.Settle();
        using var young = Vm(_boards, 1, "blinky.2");
        young.Output(3, level: false);
        young.Open();
        _boards.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(LoanState.Up, Assert.Single(_boards.Pocket.Endpoint.Loans).State);
        Assert.False(_line.Levels()[^1]);
    }

    [Fact]
    public void Who_does_not_prove_its_name_leaves_nothing_behind_that_would_keep_others_out()
    {
        _boards.Desk.Bench.With("open", new RecordingLine(), more: ", lend: anyone");
        _boards.Desk.Wire.ProvesSenders = false;
        using var stranger = _boards.NewVm("blinky", "gpio0/3: { to: desk/open }", id: "blinky.1");
        stranger.Epoch = ulong.MaxValue;
        stranger.Output(3, level: true);
        stranger.Open();
        Assert.Equal(LoanState.Up, Assert.Single(_boards.Pocket.Endpoint.Loans).State);
        Assert.False(File.Exists(_file));
    }

    [Fact]
    public void What_cannot_be_read_of_it_is_told_and_the_rest_counts()
    {
        File.WriteAllText(_file, "blinky.1 7\n../x 3\nblinky.2 -1\n");
        var reports = new List<string>();
        var epochs = new LentEpochs(_file, reports.Add);
        Assert.Equal([$"{_file}:2: not a VM's id and its epoch; left out", $"{_file}:3: not a VM's id and its epoch; left out"], reports);
        Assert.Throws<FencedException>(() => epochs.Enter("blinky.1", 6));
    }

    [Fact]
    public void It_does_not_grow_without_bound()
    {
        var epochs = new LentEpochs(null, line => Assert.Fail(line));
        epochs.Enter("first", 5);
        for (var i = 0; i < 1000; i++) epochs.Enter($"vm.{i}", 2);
        epochs.Enter("first", 1); // forgotten
        Assert.Throws<FencedException>(() => epochs.Enter("vm.999", 1));
    }

    private static RemoteVm Vm(TwoBoards boards, ulong epoch, string id, LendingBoard? on = null)
    {
        var vm = boards.NewVm("blinky", Map, on, id);
        vm.Epoch = epoch;
        return vm;
    }

    // As after a start of their services: all that desk remembers is in the file.
    private TwoBoards Boards(RecordingLine relay)
    {
        var boards = new TwoBoards();
        boards.Desk.EpochsFile = _file;
        boards.Desk.Bench.With("relay1", relay);
        return boards;
    }
}
