// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Migration;
using Xunit.Abstractions;

namespace Migration.Tests;

/// <summary>Whole moves between two endpoints over a broker in memory.</summary>
public sealed class MoveTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(4);

    private readonly Witness _witness = new();
    private readonly LossyBroker _broker = new(seed: 1);
    private TestBoard _desk = null!;
    private TestBoard _pocket = null!;

    public async Task InitializeAsync()
    {
        _desk = await new TestBoard("desk", _broker, _witness).StartAsync();
        _pocket = await new TestBoard("pocket", _broker, _witness).StartAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var report in _desk.Reports.Concat(_pocket.Reports)) output.WriteLine(report);
        await _desk.DisposeAsync();
        await _pocket.DisposeAsync();
    }

    [Theory]
    [InlineData(30)]
    [InlineData(0)]
    public async Task A_running_VM_goes_on_at_the_destination_without_a_lost_or_repeated_beat(int rounds)
    {
        await _desk.CreateAsync("vm-1");
        await BeatsAsync("vm-1", 20);
        var result = await _desk.Endpoint.Move("vm-1", "pocket", new MoveOptions { MaximumRounds = rounds }).Completion.WaitAsync(Long);
        Succeeded(result);
        await BeatsAsync("vm-1", 20);
        Assert.Empty(_desk.Vms.Running);
        Assert.Equal(["vm-1"], _pocket.Vms.Running);
        AssertLikeUnmoved(_pocket, "vm-1");
    }

    [Fact]
    public async Task Whoever_asks_for_something_after_a_move_stopped_in_doubt_is_told_so()
    {
        await _desk.CreateAsync("vm-1");
        _desk.Vms.OnRelease = () =>
        {
            _desk.Vms.OnRelease = () => { };
            throw new IOException("the disk is broken");
        };
        var stopped = await _desk.Endpoint.Move("vm-1", "pocket").Completion.WaitAsync(Long);
        Assert.Equal((MoveJobState.Failed, true), (stopped.State, stopped.IsInDoubt));

        var again = await _desk.Endpoint.Move("vm-1", "pocket").Completion.WaitAsync(Long);
        Assert.Equal((MoveJobState.Failed, "stopped in doubt; restart the service: the disk is broken"), (again.State, again.Reason));
        var refusal = await Assert.ThrowsAsync<MoveException>(() => _desk.Endpoint.DeleteAsync("vm-1", CancellationToken.None).AsTask().WaitAsync(Long));
        Assert.Contains("restart the service", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(VmOwnership.Halted, _desk.Endpoint.List().Single().Phase);
    }

    [Fact]
    public async Task A_VM_goes_there_and_back_and_there_and_back()
    {
        await _desk.CreateAsync("vm-1");
        for (var i = 0; i < 2; i++)
        {
            Succeeded(await _desk.Endpoint.Move("vm-1", "pocket").Completion.WaitAsync(Long));
            await BeatsAsync("vm-1", 5);
            Succeeded(await _pocket.Endpoint.Move("vm-1", "desk").Completion.WaitAsync(Long));
            await BeatsAsync("vm-1", 5);
        }
        Assert.Equal(5UL, _desk.Endpoint.List().Single().Epoch);
        AssertLikeUnmoved(_desk, "vm-1");
    }

    [Theory]
    [InlineData(1, 0.2, 0, 0)]
    [InlineData(2, 0, 0.3, 0)]
    [InlineData(3, 0, 0, 0.3)]
    [InlineData(4, 0.1, 0.1, 0.1)]
    public async Task Loss_doubling_and_swapping_of_messages_change_nothing(int seed, double loss, double doubling, double swapping)
    {
        var broker = new LossyBroker(seed) { Loss = loss, Doubling = doubling, Swapping = swapping };
        await using var desk = await new TestBoard("desk", broker, _witness).StartAsync();
        await using var pocket = await new TestBoard("pocket", broker, _witness).StartAsync();
        await desk.CreateAsync("vm-1", ramKiB: 2048, pagesPerBeat: 10);
        Succeeded(await desk.Endpoint.Move("vm-1", "pocket").Completion.WaitAsync(Long));
        Succeeded(await pocket.Endpoint.Move("vm-1", "desk").Completion.WaitAsync(Long));
        AssertLikeUnmoved(desk, "vm-1");
    }

    [Fact]
    public async Task Several_VMs_move_both_ways_at_once()
    {
        for (var i = 0; i < 4; i++) await (i % 2 == 0 ? _desk : _pocket).CreateAsync($"vm-{i}");
        var jobs = Enumerable.Range(0, 4).Select(i => i % 2 == 0 ? _desk.Endpoint.Move($"vm-{i}", "pocket") : _pocket.Endpoint.Move($"vm-{i}", "desk")).ToArray();
        foreach (var job in jobs) Succeeded(await job.Completion.WaitAsync(Long));
        for (var i = 0; i < 4; i++) AssertLikeUnmoved(i % 2 == 0 ? _pocket : _desk, $"vm-{i}");
    }

    [Fact]
    public async Task A_guest_runs_until_the_destination_has_on_its_disk_what_came_so_far()
    {
        var disk = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        _pocket.Vms.OnSettle = () =>
        {
            asked.TrySetResult();
            return disk.Task;
        };
        await _desk.CreateAsync("vm-1");
        var move = _desk.Endpoint.Move("vm-1", "pocket");
        await asked.Task.WaitAsync(Long);
        await BeatsAsync("vm-1", 20);
        Assert.Equal(["vm-1"], _desk.Vms.Running);
        Assert.Equal(0, _desk.Vms.FrozeAt);
        disk.SetResult();
        Succeeded(await move.Completion.WaitAsync(Long));
    }

    [Fact]
    public async Task A_disk_that_fails_while_the_guest_runs_is_told_when_the_source_waits_for_it()
    {
        _pocket.Vms.OnSettle = () => Task.FromException(new IOException("input/output error"));
        _pocket.Vms.FailsToPersist = true;
        await _desk.CreateAsync("vm-1");
        var result = await _desk.Endpoint.Move("vm-1", "pocket").Completion.WaitAsync(Long);
        Assert.Contains("no space left", result.Reason);
        Assert.Equal(["vm-1"], _desk.Vms.Running);
    }

    [Fact]
    public async Task A_refused_offer_names_every_reason_and_the_VM_never_stops()
    {
        await _desk.CreateAsync("vm-1");
        _pocket.Vms.Refusals = ["no peripheral has the role relay1", "2 MiB of memory are free, 4 MiB are needed"];
        var result = await _desk.Endpoint.Move("vm-1", "pocket").Completion.WaitAsync(Long);
        Assert.Equal(MoveJobState.Failed, result.State);
        Assert.Contains("relay1", result.Reason);
        Assert.Contains("4 MiB", result.Reason);
        Assert.Equal(["vm-1"], _desk.Vms.Running);
        await BeatsAsync("vm-1", 5);
        Assert.Empty(_witness.Broken);
    }

    [Theory]
    [InlineData(true, "version 2")]
    [InlineData(false, "no space left")]
    public async Task What_the_destination_can_not_build_or_keep_runs_on_at_the_source(bool build, string reason)
    {
        await _desk.CreateAsync("vm-1");
        (_pocket.Vms.FailsToBuild, _pocket.Vms.FailsToPersist) = (build, !build);
        var result = await _desk.Endpoint.Move("vm-1", "pocket").Completion.WaitAsync(Long);
        Assert.Equal(MoveJobState.Failed, result.State);
        Assert.Contains(reason, result.Reason);
        await BeatsAsync("vm-1", 5);
        (_pocket.Vms.FailsToBuild, _pocket.Vms.FailsToPersist) = (false, false);
        Succeeded(await _desk.Endpoint.Move("vm-1", "pocket").Completion.WaitAsync(Long));
        AssertLikeUnmoved(_pocket, "vm-1");
    }

    [Fact]
    public async Task A_cancelled_move_leaves_the_VM_where_it_runs()
    {
        await _desk.CreateAsync("vm-1", firmwareBytes: 1_000_000);
        var job = _desk.Endpoint.Move("vm-1", "pocket", new MoveOptions { BytesPerSecond = 10_000 });
        await job.HasSentAsync(1);
        job.Cancel();
        Assert.Equal(MoveJobState.Cancelled, (await job.Completion.WaitAsync(Long)).State);
        await BeatsAsync("vm-1", 5);
        Assert.Equal(["vm-1"], _desk.Vms.Running);
        Assert.Empty(_witness.Broken);
    }

    [Fact]
    public async Task A_move_that_loses_its_connection_goes_on_where_it_was()
    {
        await _desk.CreateAsync("vm-1", ramKiB: 2048, firmwareBytes: 1_000_000);
        var job = _desk.Endpoint.Move("vm-1", "pocket", new MoveOptions { BytesPerSecond = 2_000_000 });
        await job.HasSentAsync(300_000);
        _broker.SetUp(false);
        await BeatsAsync("vm-1", 20);
        _broker.SetUp(true);
        Succeeded(await job.Completion.WaitAsync(Long));
        Assert.Equal(1UL, _pocket.Endpoint.List().Single().Epoch - 1);
        AssertLikeUnmoved(_pocket, "vm-1");
    }

    [Fact]
    public async Task A_broker_with_small_packets_gets_small_packets()
    {
        _broker.MaximumPayloadBytes = 10_000;
        await _desk.CreateAsync("vm-1");
        Succeeded(await _desk.Endpoint.Move("vm-1", "pocket").Completion.WaitAsync(Long));
        AssertLikeUnmoved(_pocket, "vm-1");
    }

    [Fact]
    public async Task Pages_that_the_destination_knows_are_not_sent()
    {
        using var folder = new TemporaryFolder();
        var guest = new FakeGuest([new("ram", 64 * 1024), new("firmware", 400_000)]);
        await File.WriteAllBytesAsync(folder["firmware.bin"], guest.Memory[1]);
        _pocket.Vms.KnownPages = () =>
        {
            var library = new PageLibrary();
            library.AddFile(folder["firmware.bin"]);
            return library;
        };
        _desk.Vms.Add("vm-1", guest);
        await _desk.Vms.RunAsync("vm-1", await _desk.Endpoint.CreateAsync("vm-1", CancellationToken.None));
        var result = await _desk.Endpoint.Move("vm-1", "pocket").Completion.WaitAsync(Long);
        Succeeded(result);
        output.WriteLine($"{result.BytesSent} bytes for 464 KiB of which 391 KiB are random and known");
        Assert.InRange(result.BytesSent, 0, 120_000);
        AssertLikeUnmoved(_pocket, "vm-1");
    }

    [Fact]
    public async Task A_VM_that_is_not_here_can_not_be_moved()
    {
        Assert.Throws<MoveException>(() => _desk.Endpoint.Move("vm-9", "pocket"));
        await _desk.CreateAsync("vm-1");
        Assert.Throws<MoveException>(() => _desk.Endpoint.Move("vm-1", "desk"));
        Assert.Throws<MoveException>(() => _desk.Endpoint.Move("vm-1", "po/ck#et"));
        await Assert.ThrowsAsync<MoveException>(async () => await _desk.Endpoint.CreateAsync("vm-1", CancellationToken.None));
    }

    [Fact]
    public async Task A_second_move_of_a_moving_VM_fails_and_disturbs_nothing()
    {
        var disk = new TaskCompletionSource();
        _pocket.Vms.OnSettle = () => disk.Task;
        await _desk.CreateAsync("vm-1", ramKiB: 1024, pagesPerBeat: 50);
        var first = _desk.Endpoint.Move("vm-1", "pocket");
        var second = _desk.Endpoint.Move("vm-1", "pocket");
        Assert.Equal(MoveJobState.Failed, (await second.Completion.WaitAsync(Long)).State);
        disk.SetResult();
        Succeeded(await first.Completion.WaitAsync(Long));
    }

    [Fact]
    public async Task A_deleted_VM_is_forgotten_with_its_journal()
    {
        await _desk.CreateAsync("vm-1");
        await _desk.Endpoint.DeleteAsync("vm-1", CancellationToken.None);
        Assert.Empty(_desk.Endpoint.List());
        Assert.Empty(Directory.GetDirectories(_desk.Journals));
    }

    private static void Succeeded(MoveResult result)
    {
        Assert.Equal("", result.Reason);
        Assert.Equal(MoveJobState.Succeeded, result.State);
    }

    private async Task BeatsAsync(string vm, int count)
    {
        var until = _witness.Beats(vm) + (ulong)count;
        while (_witness.Beats(vm) < until) await Task.Yield();
    }

    private void AssertLikeUnmoved(TestBoard board, string vm)
    {
        var moved = board.Vms.Vm(vm);
        moved.Kill();
        Assert.Empty(_witness.Broken);
        var unmoved = moved.Guest.Unmoved();
        Assert.Equal(unmoved.Chain, moved.Guest.Chain);
        for (var i = 0; i < unmoved.Memory.Length; i++) Assert.True(unmoved.Memory[i].AsSpan().SequenceEqual(moved.Guest.Memory[i]), $"region {i} differs");
        output.WriteLine($"{moved.Guest.Beats} beats, identical to an unmoved run");
    }
}
