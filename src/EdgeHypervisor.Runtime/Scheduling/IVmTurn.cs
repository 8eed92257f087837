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

    /// <summary>
    /// On the VM's turn: has <paramref name="work"/> done that blocks for a while, by the thread that has the turn, when the guest
    /// waits for something and the turn is given up; that saves two changes of threads. Where the guest goes on instead,
    /// <paramref name="otherwise"/> is called on its turn. False: neither will be, since the thread is not to be spared.
    /// </summary>
    bool TryAtRest(Action work, Action otherwise) => false;
}
