// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Tests;

/// <summary>Host time that stands until it is told to go on.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _nowNs = 1_000_000_000;

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => Volatile.Read(ref _nowNs);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _nowNs, (long)by.TotalNanoseconds);
}
