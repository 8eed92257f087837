// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace Devices.Tests.Fakes;

/// <summary>A turn that the test takes: what was posted runs when it says so.</summary>
internal sealed class FakeTurn : IVmTurn
{
    private readonly BlockingCollection<Action> _posted = [];

    public bool IsCurrent => true;

    public IGuestClock Clock { get; } = new ManualClock();

    public void Post(Action work) => _posted.Add(work);

    /// <summary>Runs all that has been posted so far.</summary>
    public void Run()
    {
        while (_posted.TryTake(out var work)) work();
    }

    /// <summary>Waits for something to be posted, and runs it.</summary>
    public void RunNext() => _posted.Take(new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token)();
}
