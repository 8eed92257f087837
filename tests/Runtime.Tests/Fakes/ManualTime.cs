// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime.Tests;

/// <summary>A clock that moves only when told to.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _nowNs = 1_000_000_000;

    public long NowNs => Volatile.Read(ref _nowNs);

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => NowNs;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(NowNs / 100);

    public void Advance(long ns) => Interlocked.Add(ref _nowNs, ns);
}
