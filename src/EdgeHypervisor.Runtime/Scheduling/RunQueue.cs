// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>
/// The VMs that share some worker threads. Fair by virtual time (host time used over weight, as in stride scheduling):
/// the ready VM with the least goes next. One that slept comes back beside the others, not with a credit from before.
/// </summary>
/// <remarks>C. A. Waldspurger, W. E. Weihl, Stride Scheduling, MIT/LCS/TM-528, 1995; sections 2 and 3.</remarks>
/// <param name="host">The host's clock.</param>
/// <param name="timer">Wakes who sleeps.</param>
/// <param name="quantumNs">The longest turn.</param>
/// <param name="workers">How many have a turn at a time.</param>
/// <param name="spares">How many threads there are beyond that, to stand in for those that are lent.</param>
internal sealed class RunQueue(HostTime host, IWakeUpTimer timer, long quantumNs, int workers = int.MaxValue, int spares = 0)
{
    [ThreadStatic]
    private static RunQueue? _lentBy;

    private readonly object _lock = new();
    private readonly DeadlineHeap<ScheduledVm> _ready = new();
    private long _virtualNs; // of the VM that last began a turn: the present of virtual time
    private int _idleWorkers;
    private int _running;
    private int _lent;
    private bool _closed;

    /// <summary>Gives a VM a turn soon. Any thread.</summary>
    public void Wake(ScheduledVm vm)
    {
        lock (_lock)
        {
            switch (vm.State)
            {
                case ScheduledState.Asleep:
                    vm.WakeUps++;
                    MakeReady(vm);
                    break;
                case ScheduledState.Throttled when vm.Cap.AllowanceNs(host.NowNs) > 0:
                    MakeReady(vm);
                    break;
                case ScheduledState.Throttled:
                    Throttle(vm); // its alarm may have rung: it needs another one
                    break;
                case ScheduledState.Running:
                    vm.WakeAgain = true;
                    break;
            }
        }
    }

    /// <summary>The VM that goes next and the time slice it gets; false when the queue closes. Waits.</summary>
    public bool TryTake(out ScheduledVm vm, out long sliceNs)
    {
        lock (_lock)
        {
            while (!_closed)
            {
                if (TryTakeReady(out vm, out sliceNs)) return true;
                _idleWorkers++;
                Monitor.Wait(_lock);
                _idleWorkers--;
            }
        }
        vm = null!;
        sliceNs = 0;
        return false;
    }

    /// <summary>The VM that goes next, if there is one.</summary>
    public bool TryTakeReady(out ScheduledVm vm, out long sliceNs)
    {
        lock (_lock)
        {
            while (_running < workers && _ready.First is { } first)
            {
                _ready.Remove(first);
                sliceNs = Math.Min(quantumNs, first.Cap.AllowanceNs(host.NowNs));
                if (sliceNs <= 0)
                {
                    Throttle(first);
                    continue;
                }
                _running++;
                first.State = ScheduledState.Running;
                first.WakeAgain = false;
                _virtualNs = Math.Max(_virtualNs, first.VirtualNs);
                vm = first;
                return true;
            }
        }
        vm = null!;
        sliceNs = 0;
        return false;
    }

    /// <summary>A turn is over.</summary>
    public void Return(ScheduledVm vm, TurnResult result, long ranNs)
    {
        lock (_lock)
        {
            _running--;
            vm.RunTimeNs += ranNs;
            vm.VirtualNs += ranNs * 100 / vm.Weight;
            vm.Cap.Charge(ranNs);
            if (vm.State == ScheduledState.Removed) return;
            if (result.IsReady || vm.WakeAgain) Enqueue(vm); // the caller looks itself next
            else Sleep(vm, result.WakeAtNs);
        }
    }

    /// <summary>Whether one of the threads may be kept from the VMs for a while: then it is, until <see cref="RunLent"/> has ended or <see cref="Keep"/>.</summary>
    public bool TryLend()
    {
        lock (_lock)
        {
            if (_lent == spares) return false;
            _lent++;
            return true;
        }
    }

    /// <summary>A thread that was to be lent is not.</summary>
    public void Keep()
    {
        lock (_lock) _lent--;
    }

    /// <summary>Does something that may block, on a thread that was to be lent for it. What becomes ready by it is this thread's own next.</summary>
    public void RunLent(Action work)
    {
        lock (_lock) CallWorker();
        _lentBy = this;
        work();
        _lentBy = null;
        lock (_lock)
        {
            _lent--;
            if (_ready.Count > 1) CallWorker();
        }
    }

    /// <summary>Another cap from now on. Any thread.</summary>
    public void SetCap(ScheduledVm vm, int? capPercent)
    {
        lock (_lock)
        {
            vm.Cap = new CapAccount(capPercent);
            if (vm.State == ScheduledState.Throttled) MakeReady(vm);
        }
    }

    /// <summary>Forgets a VM. Any thread.</summary>
    public void Remove(ScheduledVm vm)
    {
        lock (_lock)
        {
            _ready.Remove(vm);
            vm.State = ScheduledState.Removed;
        }
        timer.Cancel(vm.WakeUpNode);
    }

    /// <summary>Lets all workers go.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            Monitor.PulseAll(_lock);
        }
    }

    private void MakeReady(ScheduledVm vm)
    {
        Enqueue(vm);
        if (_lentBy != this) CallWorker();
    }

    private void Enqueue(ScheduledVm vm)
    {
        vm.State = ScheduledState.Ready;
        // Back from sleep: at most one time slice ahead of the others, so that it is served soon but cannot hoard.
        vm.VirtualNs = Math.Max(vm.VirtualNs, _virtualNs - quantumNs);
        _ready.Set(vm, vm.VirtualNs);
    }

    private void CallWorker()
    {
        if (_idleWorkers > 0 && _running < workers && _ready.Count > 0) Monitor.Pulse(_lock);
    }

    private void Sleep(ScheduledVm vm, long wakeAtNs)
    {
        vm.State = ScheduledState.Asleep;
        if (wakeAtNs == long.MaxValue) timer.Cancel(vm.WakeUpNode);
        else timer.Set(vm.WakeUpNode, wakeAtNs);
    }

    private void Throttle(ScheduledVm vm)
    {
        vm.State = ScheduledState.Throttled;
        timer.Set(vm.WakeUpNode, vm.Cap.PaidAtNs);
    }
}
