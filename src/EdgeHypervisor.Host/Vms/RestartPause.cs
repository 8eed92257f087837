// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>
/// How long a VM that has failed waits before it starts again: twice as long with each failure, up to a minute; from the
/// beginning once it has run well for two minutes.
/// </summary>
internal sealed class RestartPause(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromMinutes(1), Well = TimeSpan.FromMinutes(2);
    private TimeSpan _next = First;
    private long? _startedAt;

    /// <summary>It has failed: the pause that is due now.</summary>
    public TimeSpan Next()
    {
        if (_startedAt is { } since && time.GetElapsedTime(since) >= Well) _next = First;
        var pause = _next;
        _next = TimeSpan.FromTicks(Math.Min(Longest.Ticks, pause.Ticks * 2));
        return pause;
    }

    /// <summary>It runs again.</summary>
    public void Started() => _startedAt = time.GetTimestamp();
}
