// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Boards;

/// <summary>What has happened at one peripheral since the board was opened.</summary>
/// <remarks>Counted without locks on fast paths: each counter is written by one thread at a time, or by interlocked operations.</remarks>
internal sealed class PeripheralCounters
{
    /// <summary>Level changes or settings that were driven. Written by the user that the arbiter lets drive.</summary>
    public long Changes;

    private long _edges;
    private long _lostEdges;
    private long _transactions;
    private long _bytes;
    private long _errors;
    private long _refusals;
    private long _waitNs;

    public void AddEdge() => Interlocked.Increment(ref _edges);

    public void AddLostEdge() => Interlocked.Increment(ref _lostEdges);

    public void AddError() => Interlocked.Increment(ref _errors);

    public void AddRefusal() => Interlocked.Increment(ref _refusals);

    public void AddBytes(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void AddTransaction(long waitNs)
    {
        Interlocked.Increment(ref _transactions);
        Interlocked.Add(ref _waitNs, waitNs);
    }

    public PeripheralCounts Read() => new(
        Volatile.Read(ref Changes), Interlocked.Read(ref _edges), Interlocked.Read(ref _lostEdges), Interlocked.Read(ref _transactions),
        Interlocked.Read(ref _bytes), Interlocked.Read(ref _errors), Interlocked.Read(ref _refusals), TimeSpan.FromMicroseconds(Interlocked.Read(ref _waitNs) / 1000.0));
}
