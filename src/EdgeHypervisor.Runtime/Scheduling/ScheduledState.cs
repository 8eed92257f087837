// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Where a VM stands with the scheduler.</summary>
internal enum ScheduledState : byte
{
    /// <summary>Has nothing to do.</summary>
    Asleep,

    /// <summary>Waits for a worker.</summary>
    Ready,

    /// <summary>Has its turn.</summary>
    Running,

    /// <summary>Has used up its cap, and waits for the next window.</summary>
    Throttled,

    /// <summary>Is no longer here.</summary>
    Removed,
}
