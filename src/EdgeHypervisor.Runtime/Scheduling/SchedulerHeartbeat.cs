// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Proves that the shared workers still take turns: what it asks for waits in the same queue as the VMs.</summary>
public sealed class SchedulerHeartbeat : ISchedulable, IDisposable
{
    private const int HighestWeight = 10_000;
    private readonly IScheduledVm _place;
    private long _asked;
    private long _answered;

    /// <summary>Joins the queue.</summary>
    public SchedulerHeartbeat(VmScheduler scheduler) =>
        _place = ((IVmScheduler)scheduler).Add(this, new SchedulingSettings { Weight = HighestWeight });

    /// <summary>Whether a worker has come by since <see cref="Ask"/>, or nothing was asked yet.</summary>
    public bool IsAnswered => Volatile.Read(ref _answered) == Volatile.Read(ref _asked);

    /// <summary>Asks for a turn.</summary>
    public void Ask()
    {
        Interlocked.Increment(ref _asked);
        _place.Wake();
    }

    /// <inheritdoc/>
    public void Dispose() => _place.Dispose();

    /// <inheritdoc/>
    string ISchedulable.Name => "heartbeat";

    /// <inheritdoc/>
    TurnResult ISchedulable.RunTurn(long endNs, ISliceAlarm alarm)
    {
        Volatile.Write(ref _answered, Volatile.Read(ref _asked));
        return TurnResult.UntilWoken;
    }

    /// <inheritdoc/>
    void ISchedulable.Interrupt()
    {
        // Its turns are over at once.
    }
}
