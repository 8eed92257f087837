// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A component's timer. Ranked by creation, so that timers due at the same time fire in the order of the machine, before and after a restore.</summary>
internal sealed class GuestTimer(GuestClock clock, ComponentInfo owner, Action due, int rank) : DeadlineNode(rank), IGuestTimer
{
    /// <summary>Who is to blame when <see cref="Due"/> throws.</summary>
    public ComponentInfo Owner { get; } = owner;

    /// <summary>What to call.</summary>
    public Action Due { get; } = due;

    /// <inheritdoc/>
    public long? DeadlineNs => IsSet ? Deadline : null;

    /// <inheritdoc/>
    public void Set(long deadlineNs) => clock.SetTimer(this, deadlineNs);

    /// <inheritdoc/>
    public void Cancel() => clock.CancelTimer(this);
}
