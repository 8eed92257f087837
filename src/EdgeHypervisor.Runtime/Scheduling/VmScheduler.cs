// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>
/// Runs many VMs on a few threads: fair by weight, limited by cap, and a VM that waits costs nothing but its memory.
/// One for a service; dispose it after its VMs.
/// </summary>
/// <remarks>There is a spare thread for each, so that one may be lent to a bus that its VM waits for and that may be stuck.</remarks>
public sealed class VmScheduler : IVmScheduler, IDisposable
{
    /// <summary>The longest a VM runs while others wait.</summary>
    private const long QuantumNs = 4_000_000;

    private readonly HostTime _host;
    private readonly WakeUpTimer _timer;
    private readonly RunQueue _shared;
    private readonly Worker[] _workers;
    private int _ranks;

    /// <summary>Starts the worker threads.</summary>
    /// <param name="workers">How many; 0: one for each processor.</param>
    /// <param name="time">The host's clock.</param>
    public VmScheduler(int workers = 0, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        _host = new HostTime(time ?? TimeProvider.System);
        _timer = new WakeUpTimer(_host);
        Workers = workers == 0 ? Environment.ProcessorCount : workers;
        _shared = new RunQueue(_host, _timer, QuantumNs, Workers, spares: Workers);
        _workers = new Worker[2 * Workers];
        for (var i = 0; i < _workers.Length; i++) _workers[i] = new Worker($"vm-worker-{i}", _shared, _host, _timer);
    }

    /// <summary>How many VMs have a turn at a time on shared threads.</summary>
    public int Workers { get; }

    /// <summary>Ends all threads, after the turns under way.</summary>
    public void Dispose()
    {
        _shared.Close();
        foreach (var worker in _workers) worker.Join();
        _timer.Dispose();
    }

    /// <inheritdoc/>
    IScheduledVm IVmScheduler.Add(ISchedulable vm, SchedulingSettings settings)
    {
        var rank = Interlocked.Increment(ref _ranks);
        if (!settings.DedicatedThread) return new ScheduledVm(vm, settings, _shared, rank);
        var queue = new RunQueue(_host, _timer, QuantumNs);
        var worker = new Worker($"vm-{vm.Name}", queue, _host, _timer);
        return new ScheduledVm(vm, settings, queue, rank, () =>
        {
            queue.Close();
            worker.Join();
        });
    }
}
