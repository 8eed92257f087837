// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Boards.Tests;

/// <summary>A target whose transactions a test can hold up.</summary>
internal sealed class FakeI2cTarget(ushort address) : II2cTarget, IImmediate
{
    private readonly ConcurrentQueue<int> _seen = [];
    private int _inside;

    public ushort Address => address;

    public bool IsImmediate { get; set; }

    /// <summary>Holds transactions up while it is not set.</summary>
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    /// <summary>Set when a transaction has begun.</summary>
    public ManualResetEventSlim Begun { get; } = new();

    public BusStatus Answer { get; set; } = BusStatus.Ok;

    public Exception? Failure { get; set; }

    /// <summary>The first byte of each transaction, in the order in which they were on the wire.</summary>
    public int[] Seen => [.. _seen];

    public bool WasShared { get; private set; }

    public BusStatus Transfer(ReadOnlySpan<I2cMessage> messages)
    {
        if (Interlocked.Increment(ref _inside) > 1) WasShared = true;
        _seen.Enqueue(messages[0].Data.IsEmpty ? 0 : messages[0].Data.Span[0]);
        Begun.Set();
        Gate.Wait();
        Interlocked.Decrement(ref _inside);
        if (Failure is not null) throw Failure;
        return Answer;
    }

    public void Dispose()
    {
    }
}
