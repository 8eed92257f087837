// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>
/// A VM's turn: the one thread of control on which its cores and devices run. The host's threads reach devices only
/// through here.
/// </summary>
public interface IVmTurn
{
    /// <summary>Whether the caller is on this VM's turn now.</summary>
    bool IsCurrent { get; }

    /// <summary>The VM's time; to be read on its turn.</summary>
    IGuestClock Clock { get; }

    /// <summary>Runs <paramref name="work"/> on the VM's turn, in the order of posting, and wakes the VM. Any thread.</summary>
    /// <remarks>
    /// Callers bound what they post: one outstanding wake-up for a queue of their own, not one for each byte or edge.
    /// While the VM is paused the work waits.
    /// </remarks>
    void Post(Action work);
}
