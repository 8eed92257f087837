// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>The VM's clock as one component sees it: its timers know whose they are.</summary>
internal sealed class ComponentClock(GuestClock clock, ComponentInfo owner) : IGuestClock
{
    /// <inheritdoc/>
    public long NowNs => clock.NowNs;

    /// <inheritdoc/>
    public IGuestTimer CreateTimer(Action due) => clock.CreateTimer(owner, due);
}
