// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Lending;

/// <summary>The latest round trips of a link, and from the shortest of them how far the other board's clock is from ours.</summary>
/// <remarks>
/// The clock's offset is NTP's (RFC 5905, section 8): half of the round trip after it was sent, the message is here; the
/// error is at most the other half. Of each <see cref="Remembered"/> trips the shortest is believed.
/// </remarks>
internal sealed class RoundTrips
{
    private const int Remembered = 256;

    private readonly Lock _lock = new();
    private readonly (long TripNs, long OffsetNs)[] _trips = new (long, long)[Remembered];
    private long _count;

    public long Count
    {
        get { lock (_lock) return _count; }
    }

    /// <summary>The other board's clock less ours; null before the first trip.</summary>
    public long? OffsetNs
    {
        get
        {
            lock (_lock) return _count == 0 ? null : Known.MinBy(trip => trip.TripNs).OffsetNs;
        }
    }

    /// <summary>How long to wait for a confirmation before sending again.</summary>
    public long RetryNs
    {
        get
        {
            lock (_lock)
            {
                if (_count == 0) return LinkOptions.FirstRetryNs;
                return Math.Clamp(4 * Known.TakeLast(16).Max(trip => trip.TripNs), LinkOptions.ShortestRetryNs, LinkOptions.FirstRetryNs);
            }
        }
    }

    private IEnumerable<(long TripNs, long OffsetNs)> Known => _trips.Take((int)Math.Min(_count, Remembered));

    /// <summary>A trip there and back.</summary>
    /// <param name="tripNs">How long it took, without the time that the other end kept it.</param>
    /// <param name="peerNs">The other end's clock when it sent the answer.</param>
    /// <param name="nowNs">Our clock now.</param>
    public void Add(long tripNs, long peerNs, long nowNs)
    {
        if (tripNs < 0) return; // the other end's word for how long it kept it is not believed against our own clock
        lock (_lock) _trips[_count++ % Remembered] = (tripNs, peerNs + (tripNs / 2) - nowNs);
    }

    /// <summary>What is known of them; null before the first.</summary>
    public LatencySummary? Summarize()
    {
        lock (_lock)
        {
            if (_count == 0) return null;
            var sorted = Known.Select(trip => trip.TripNs).Order().ToArray();
            return new LatencySummary(At(sorted, 50), At(sorted, 99), _count);
        }
    }

    // The nearest-rank percentile.
    private static TimeSpan At(long[] sorted, int percent) =>
        TimeSpan.FromMicroseconds(sorted[(((sorted.Length * percent) + 99) / 100) - 1] / 1000.0);
}
