// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A thread that gives VMs of a queue their turns.</summary>
internal sealed class Worker : ISliceAlarm
{
    private static readonly TimeSpan LentPatience = TimeSpan.FromSeconds(1);

    private readonly RunQueue _queue;
    private readonly HostTime _host;
    private readonly WakeUpTimer _timer;
    private readonly WakeUpNode _alarm;
    private readonly Thread _thread;
    private volatile ISchedulable? _running;
    private volatile bool _isLent;

    public Worker(string name, RunQueue queue, HostTime host, WakeUpTimer timer)
    {
        _queue = queue;
        _host = host;
        _timer = timer;
        _alarm = new WakeUpNode(() => _running?.Interrupt());
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Set(long hostNs) => _timer.Set(_alarm, hostNs);

    /// <summary>Waits until the thread has ended; its queue has been closed. One that is lent to a bus that is stuck keeps nobody.</summary>
    public void Join()
    {
        if (Thread.CurrentThread == _thread) return;
        while (!_thread.Join(LentPatience))
        {
            if (_isLent) return;
        }
    }

    private void Run()
    {
        while (_queue.TryTake(out var vm, out var sliceNs))
        {
            var startNs = _host.NowNs;
            _running = vm.Vm;
            var result = vm.Vm.RunTurn(startNs + sliceNs, this);
            _running = null;
            if (!result.IsReady) _timer.Cancel(_alarm);
            _queue.Return(vm, result, _host.NowNs - startNs);
            if (result.AtRest is not { } work) continue;
            _isLent = true;
            _queue.RunLent(work);
            _isLent = false;
        }
    }
}
