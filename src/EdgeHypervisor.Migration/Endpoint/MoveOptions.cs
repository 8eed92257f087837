// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>How one VM is moved.</summary>
public sealed record MoveOptions
{
    /// <summary>Rounds in which pages are sent while the VM runs, at most; 0: stop it first, then send.</summary>
    public int MaximumRounds { get; init; } = 30;

    /// <summary>Freeze as soon as the rest would take no longer than this to send.</summary>
    public TimeSpan DowntimeTarget { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Freeze in any case when copying the running VM has taken this long.</summary>
    public TimeSpan MaximumCopyTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How much a guest that writes faster than can be sent may be slowed down, in percent; 0: not at all.</summary>
    public int MaximumThrottlePercent { get; init; } = 80;

    /// <summary>The most bytes a second on the wire; 0: as fast as it goes.</summary>
    public long BytesPerSecond { get; init; }
}
