// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards.Tests.Sharing;

public sealed class SpiTests : IDisposable
{
    private readonly FakeSpi _one = new();
    private readonly FakeSpi _two = new();
    private readonly Bench _bench = new();

    public SpiTests() => _bench.With("one", _one, "spi/0").With("two", _two, "spi/0");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void While_a_chip_is_kept_selected_another_of_the_bus_waits()
    {
        using var a = _bench.NewVm("a", "spi0/0: one").Open();
        using var b = _bench.NewVm("b", "spi0/0: two").Open();
        Assert.Equal(BusStatus.Ok, Send(a, 1, keep: true).Value);
        var waiting = Send(b, 9, keep: false);
        Assert.Equal(BusStatus.Ok, Send(a, 2, keep: true).Value);
        Assert.Null(waiting.Value);

        a.Ports.Spi("spi0", 0).Deselect();
        b.Turn.RunNext();

        Assert.Equal(BusStatus.Ok, waiting.Value);
        Assert.Equal(["1 and on", "2 and on", "deselect"], _one.Calls);
    }

    [Fact]
    public void A_VM_that_keeps_its_chip_selected_and_does_nothing_loses_the_bus_to_who_waits()
    {
        using var sleepy = _bench.NewVm("sleepy", "spi0/0: one").Open();
        using var b = _bench.NewVm("b", "spi0/0: two").Open();
        Send(sleepy, 1, keep: true);
        var waiting = Send(b, 9, keep: false);

        _bench.Time.Advance(BusLane.Patience);
        b.Turn.RunNext();

        Assert.Equal(BusStatus.Ok, waiting.Value);
        Assert.Equal(["1 and on", "deselect"], _one.Calls);
        Assert.Equal(BusStatus.ArbitrationLost, Send(sleepy, 2, keep: true).Value); // the rest of a torn transaction
        sleepy.Ports.Spi("spi0", 0).Deselect();
        Assert.Equal(BusStatus.Ok, Send(sleepy, 3, keep: false).Value);
    }

    [Fact]
    public void A_VM_that_ceases_to_run_lets_its_chip_go()
    {
        using var a = _bench.NewVm("a", "spi0/0: one").Open();
        Send(a, 1, keep: true);

        a.Ports.Close(OutputRelease.Fault);

        Assert.Equal(["1 and on", "deselect"], _one.Calls);
        Assert.Equal(BusStatus.Unavailable, Send(a, 2, keep: false).Value);
    }

    [Fact]
    public void A_chip_that_was_to_be_kept_when_its_VM_ceased_to_run_is_let_go_after_its_transfer()
    {
        _one.Gate.Reset();
        _one.IsImmediate = false;
        using var a = _bench.NewVm("a", "spi0/0: one").Open();
        Send(a, 1, keep: true);
        _one.Begun.Wait();

        a.Ports.Close(OutputRelease.Fault);
        _one.Gate.Set();
        a.Turn.RunNext();

        Assert.Equal(["1 and on", "deselect"], _one.Calls);
    }

    private static StrongBox Send(TestVm vm, byte value, bool keep)
    {
        var outcome = new StrongBox();
        vm.Ports.Spi("spi0", 0).Transfer(new[] { value }, new SpiSettings(), keep, status => outcome.Value = status);
        return outcome;
    }

    private sealed class StrongBox
    {
        public BusStatus? Value { get; set; }
    }
}
