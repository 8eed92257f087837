// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>The pauses between attempts to connect: each twice the last, up to a limit, and never quite the same for two boards.</summary>
internal sealed class Backoff(TimeSpan maximum, Func<double> random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private TimeSpan _next = First;

    /// <summary>The next pause: between half and the whole of the step, so that a fleet does not come back all at once.</summary>
    public TimeSpan Next()
    {
        var step = _next;
        _next = TimeSpan.FromTicks(Math.Min(step.Ticks * 2, maximum.Ticks));
        return step * (0.5 + (random() / 2));
    }

    /// <summary>It worked: the next failure begins from the start.</summary>
    public void Reset() => _next = First;
}
