// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Calls what has a deadline on the host's monotonic clock.</summary>
internal interface IWakeUpTimer
{
    /// <summary>Sets or changes a deadline. Any thread.</summary>
    void Set(WakeUpNode node, long deadlineNs);

    /// <summary>Forgets a deadline. A call under way may still come. Any thread.</summary>
    void Cancel(WakeUpNode node);
}
