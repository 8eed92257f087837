// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards.Tests;

/// <summary>A VM's turn that happens when the test says so.</summary>
internal sealed class FakeTurn : IVmTurn, IGuestClock
{
    private readonly BlockingCollection<Action> _posted = [];
    private (Action Work, Action Otherwise)? _atRest;

    /// <summary>Whether its thread is lent to a bus that its guest waits for.</summary>
    public bool Lends { get; set; }

    public bool IsCurrent => true;

    public IGuestClock Clock => this;

    public long NowNs { get; set; } = 5_000;

    public int PostedCount => _posted.Count;

    public void Post(Action work) => _posted.Add(work);

    public IGuestTimer CreateTimer(Action due) => throw new NotSupportedException();

    public bool TryAtRest(Action work, Action otherwise)
    {
        if (!Lends || _atRest is not null) return false;
        _atRest = (work, otherwise);
        return true;
    }

    /// <summary>The turn is over, since the guest waits or because it has had enough: what its thread was lent for is done, or not.</summary>
    public void End(bool isAtRest)
    {
        if (_atRest is not { } lent) return;
        _atRest = null;
        if (isAtRest) lent.Work();
        else lent.Otherwise();
    }

    /// <summary>Runs what has been posted.</summary>
    public void Run()
    {
        while (_posted.TryTake(out var work)) work();
    }

    /// <summary>Waits for the next posted work, from another thread, and runs it.</summary>
    public void RunNext()
    {
        Assert.True(_posted.TryTake(out var work, TimeSpan.FromMinutes(4)), "nothing was posted");
        work();
    }
}
