// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Tells changes of a VM's status outside of its turn, each once and in order, whichever thread made them.</summary>
internal sealed class StatusAnnouncer
{
    private readonly Lock _lock = new();
    private Queue<VmStatus>? _pending;
    private bool _publishing;

    /// <summary>Notes a change.</summary>
    public void Add(VmStatus status)
    {
        lock (_lock) (_pending ??= new Queue<VmStatus>(2)).Enqueue(status);
    }

    /// <summary>Tells what has been noted, unless another thread is at it, which then tells this too.</summary>
    public void Publish(Action<VmStatus> tell, VmLog log)
    {
        if (Volatile.Read(ref _pending) is null) return;
        lock (_lock)
        {
            if (_publishing) return;
            _publishing = true;
        }
        while (TryTake(out var status))
        {
            try
            {
                tell(status);
            }
            catch (Exception exception)
            {
                log(VmLogLevel.Error, "runtime", $"a listener to status changes threw {exception.GetType().Name}: {exception.Message}");
            }
        }
    }

    private bool TryTake(out VmStatus status)
    {
        lock (_lock)
        {
            if (_pending is not null && _pending.TryDequeue(out status!)) return true;
            _pending = null;
            _publishing = false;
            status = null!;
            return false;
        }
    }
}
