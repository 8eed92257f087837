// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>
/// One thread that wakes everything that has a deadline on the host's monotonic clock. It sleeps in ppoll, because the
/// framework's timers have whole milliseconds and guests ask for microseconds; with nothing due it costs nothing.
/// </summary>
internal sealed unsafe class WakeUpTimer : IWakeUpTimer, IDisposable
{
    private readonly Lock _lock = new();
    private readonly DeadlineHeap<WakeUpNode> _nodes = new();
    private readonly HostTime _host;
    private readonly Thread _thread;
    private readonly int _event;
    private long _sleepsUntilNs = long.MaxValue;
    private bool _disposed;

    public WakeUpTimer(HostTime host)
    {
        _host = host;
        _event = Libc.CreateEvent(0, Libc.EventFdNonBlocking | Libc.EventFdCloseOnExec);
        if (_event < 0) throw Libc.Error("scheduler: eventfd");
        _thread = new Thread(Run) { IsBackground = true, Name = "vm-timer", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Set(WakeUpNode node, long deadlineNs)
    {
        bool poke;
        lock (_lock)
        {
            _nodes.Set(node, deadlineNs);
            poke = deadlineNs < _sleepsUntilNs;
            if (poke) _sleepsUntilNs = deadlineNs;
        }
        if (poke) Poke();
    }

    /// <inheritdoc/>
    public void Cancel(WakeUpNode node)
    {
        lock (_lock) _nodes.Remove(node);
    }

    /// <summary>Ends the thread.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
        }
        Poke();
        _thread.Join();
        _ = Libc.Close(_event);
    }

    private void Run()
    {
        while (!Volatile.Read(ref _disposed))
        {
            while (TakeDue(out var untilNs) is { } node) node.Due();
            Sleep(Volatile.Read(ref _sleepsUntilNs));
        }
    }

    private WakeUpNode? TakeDue(out long untilNs)
    {
        lock (_lock)
        {
            var first = _nodes.First;
            untilNs = _sleepsUntilNs = first?.Deadline ?? long.MaxValue;
            if (first is null || first.Deadline > _host.NowNs) return null;
            _nodes.Remove(first);
            return first;
        }
    }

    private void Sleep(long untilNs)
    {
        var leftNs = untilNs == long.MaxValue ? -1 : Math.Max(0, untilNs - _host.NowNs);
        var time = new Libc.TimeSpec { Seconds = leftNs / 1_000_000_000, Nanoseconds = leftNs % 1_000_000_000 };
        var poll = new Libc.PollDescriptor { Descriptor = _event, Events = Libc.PollIn };
        // SAFETY: both structs live on this stack during the call, which keeps no pointer.
        if (Libc.Poll(&poll, 1, leftNs < 0 ? null : &time, null) <= 0) return;
        ulong drained;
        // SAFETY: an eventfd reads as exactly eight bytes; it is non-blocking and only read here.
        _ = Libc.Read(_event, &drained, sizeof(ulong));
    }

    private void Poke()
    {
        ulong one = 1;
        // SAFETY: eight bytes from this stack. The only failure is a full counter, and then the thread is awake anyway.
        _ = Libc.Write(_event, &one, sizeof(ulong));
    }
}
