// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Something that wants to be called at a host time by the one timer thread. The call must be short.</summary>
internal sealed class WakeUpNode(Action due) : DeadlineNode
{
    /// <summary>What to call.</summary>
    public Action Due { get; } = due;
}
