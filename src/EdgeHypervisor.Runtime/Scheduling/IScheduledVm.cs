// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A VM's place at the scheduler. Disposing it gives the place up; a turn under way may still end after that.</summary>
internal interface IScheduledVm : IDisposable
{
    /// <summary>Host time that its turns took, in nanoseconds.</summary>
    long RunTimeNs { get; }

    /// <summary>How often it was woken from sleep.</summary>
    long WakeUps { get; }

    /// <summary>Limits it for a while beyond its own cap: the most of one processor in percent; null: its own cap alone. Any thread.</summary>
    void Limit(int? capPercent);

    /// <summary>Gives it a turn soon; while it has one, another one after it. Any thread.</summary>
    void Wake();

    /// <summary>Whether the worker that gives it its turn may do <see cref="TurnResult.AtRest"/> afterwards, since another one is there for its VMs.</summary>
    bool TryLendWorker();

    /// <summary>The worker was not needed after all.</summary>
    void KeepWorker();
}
