// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A VM in a run queue. All fields are the queue's, under its lock.</summary>
internal sealed class ScheduledVm : DeadlineNode, IScheduledVm
{
    private readonly RunQueue _queue;
    private readonly Action? _released;
    private readonly int? _ownCap;

    public ScheduledVm(ISchedulable vm, SchedulingSettings settings, RunQueue queue, int rank, Action? released = null)
        : base(rank)
    {
        Vm = vm;
        Weight = settings.Weight;
        _ownCap = settings.CapPercent;
        Cap = new CapAccount(settings.CapPercent);
        _queue = queue;
        _released = released;
        WakeUpNode = new WakeUpNode(() => _queue.Wake(this));
    }

    /// <summary>What runs.</summary>
    public ISchedulable Vm { get; }

    /// <summary>Its share.</summary>
    public int Weight { get; }

    /// <summary>Its limit.</summary>
    public CapAccount Cap;

    /// <summary>Where it stands.</summary>
    public ScheduledState State { get; set; }

    /// <summary>Woken during its turn.</summary>
    public bool WakeAgain { get; set; }

    /// <summary>Host time used, over weight: the one with the least goes next.</summary>
    public long VirtualNs { get; set; }

    /// <summary>Its alarm clock while it sleeps.</summary>
    public WakeUpNode WakeUpNode { get; }

    /// <inheritdoc/>
    public long RunTimeNs { get; set; }

    /// <inheritdoc/>
    public long WakeUps { get; set; }

    /// <inheritdoc/>
    public void Limit(int? capPercent)
    {
        var own = _ownCap;
        _queue.SetCap(this, own is { } cap && !(capPercent < cap) ? own : capPercent);
    }

    /// <inheritdoc/>
    public void Wake() => _queue.Wake(this);

    /// <inheritdoc/>
    public bool TryLendWorker() => _queue.TryLend();

    /// <inheritdoc/>
    public void KeepWorker() => _queue.Keep();

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue.Remove(this);
        _released?.Invoke();
    }
}
