// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards.Tests.Sharing;

public sealed class FenceTests : IDisposable
{
    private readonly RecordingLine _line = new();
    private readonly Bench _bench = new();

    public FenceTests() => _bench.With("relay1", _line);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void An_epoch_below_the_highest_seen_may_not_open_its_outputs()
    {
        using (var newer = NewVm(epoch: 7).Open()) newer.Output(3, true);
        _line.Calls.Clear();
        using var older = NewVm(epoch: 6);
        older.Output(3, false);

        var refusal = Assert.Throws<FencedException>(() => older.Open());

        Assert.Equal((6ul, 7ul), (refusal.Epoch, refusal.Highest));
        Assert.Empty(_line.Calls);
    }

    [Fact]
    public void Another_VM_that_is_given_the_name_of_one_that_is_gone_begins_anew()
    {
        using (var moved = NewVm(epoch: 7, "a.1").Open()) moved.Output(3, true);
        using var next = NewVm(epoch: 1, "a.2").Open();
        next.Output(3, false);
        Assert.Throws<FencedException>(() => NewVm(epoch: 6, "a.1").Open());
    }

    [Fact]
    public void A_VM_may_open_again_under_its_own_epoch_and_under_the_next()
    {
        using var vm = NewVm(epoch: 3).Open();
        vm.Ports.Close(OutputRelease.Pause);
        vm.Open();
        vm.Ports.Close(OutputRelease.Handover);
        vm.Epoch = 5;
        vm.Open();
    }

    [Fact]
    public void Two_copies_of_a_VM_under_one_epoch_never_drive_both()
    {
        using var bench = new Bench().With("relay1", _line).With("relay2", new RecordingLine());
        using var one = bench.NewVm("a", "gpio0/3: relay1").Open();
        using var copy = bench.NewVm("a", "gpio0/3: relay2");

        Assert.Throws<FencedException>(() => copy.Open());
    }

    [Fact]
    public void A_newer_epoch_shuts_the_older_copy_out_and_goes_on_from_what_it_held()
    {
        using var older = _bench.NewVm("a", "gpio0/3: relay1").Open();
        var stale = older.Output(3, true);
        using var newer = _bench.NewVm("a", "gpio0/3: relay1");
        newer.Epoch = 2;
        newer.Output(3, true);
        _line.Calls.Clear();

        newer.Open();
        stale.Drive(false);
        stale.Configure(new GpioMode(GpioDirection.Disconnected));

        Assert.Empty(_line.Calls);
        Assert.Throws<FencedException>(() => older.Open());
    }

    private TestVm NewVm(ulong epoch, string? id = null)
    {
        var vm = new TestVm(_bench, "a", "gpio0/3: { to: relay1, access: shared }", id);
        vm.Epoch = epoch;
        return vm;
    }
}
