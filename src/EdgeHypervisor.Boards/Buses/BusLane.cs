// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Boards;

/// <summary>
/// A bus, or whatever else is used by one at a time: requests run in the order in which they came, on a thread of the lane's
/// own, so a slow or stuck bus delays nobody but its users. A request whose peripheral answers at once runs on its VM's turn
/// when the lane is idle. Any other runs on the thread that had the turn where the guest waits for it and the scheduler can
/// spare that thread: to wake the lane's and to be woken by it takes longer than a quick bus does.
/// </summary>
/// <remarks>
/// Since a port has one request at a time, first come first served is fair. A user that keeps the bus (a selected chip) and
/// does not go on loses it after a moment when others wait.
/// </remarks>
internal sealed class BusLane : IDisposable
{
    /// <summary>How long a kept bus may stand idle while others wait.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan DisposePatience = TimeSpan.FromSeconds(1);

    private readonly string _name;
    private readonly LinkedList<BusRequest> _queue = [];
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly ITimer _patience;
    private readonly Action _doNext;
    private readonly Action _wakeWorker;
    private Thread? _worker;
    private BusRequest? _running;
    private BusBinding? _keeper;
    private BusBinding? _dropped;
    private bool _isClosed;

    public BusLane(string name, TimeProvider time)
    {
        _name = name;
        _doNext = () => TryDoNext(out _);
        _wakeWorker = () =>
        {
            lock (_lock) Wake();
        };
        _patience = time.CreateTimer(_ => DropKeeper(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes a request. With <paramref name="onTurn"/> the caller is on its VM's turn, and it may run and complete here and now.</summary>
    public void Submit(BusRequest request, bool onTurn)
    {
        lock (_lock)
        {
            var isNext = onTurn && !_isClosed && CanRunNow(request);
            if (!isNext || !request.Share.IsImmediate)
            {
                Enqueue(request);
                if (!isNext || !request.Binding.Owner.Turn.TryAtRest(_doNext, _wakeWorker)) Wake();
                return;
            }
            _running = request;
        }
        request.Run();
        Finish(request);
        request.Complete();
    }

    /// <summary>A user ends what it kept the bus for; <paramref name="deselect"/> runs when the bus is not in use, before anyone else's turn.</summary>
    public void Release(BusBinding keeper, Action deselect)
    {
        lock (_lock)
        {
            if (_keeper != keeper) return;
            _keeper = null;
            deselect();
            Wake();
        }
    }

    public void Dispose()
    {
        lock (_lock) _isClosed = true;
        _patience.Dispose();
        _wake.Set();
        // A peripheral that never answers keeps its thread, which is a background one; the rest of the board closes.
        _worker?.Join(DisposePatience);
    }

    private bool CanRunNow(BusRequest request) =>
        _running is null && _dropped is null && (_keeper is null ? _queue.Count == 0 : _keeper == request.Binding);

    private void Enqueue(BusRequest request)
    {
        _queue.AddLast(request);
        if (_keeper is not null && _keeper != request.Binding) _patience.Change(Patience, Timeout.InfiniteTimeSpan);
    }

    private void Finish(BusRequest request)
    {
        lock (_lock)
        {
            _keeper = request.KeepsBus && request.Binding.IsOpen ? request.Binding : null;
            if (request.KeepsBus && _keeper is null) request.Binding.AbandonBus(); // its VM ceased to run meanwhile
            _running = null;
            if (_keeper is not null && _queue.Count > 0) _patience.Change(Patience, Timeout.InfiniteTimeSpan);
            Wake();
        }
    }

    private void Wake()
    {
        if (_queue.Count == 0) return;
        if (_worker is null && !_isClosed)
        {
            _worker = new Thread(Work) { IsBackground = true, Name = _name };
            _worker.Start();
        }
        _wake.Set();
    }

    private void DropKeeper()
    {
        lock (_lock)
        {
            if (_keeper is null || _running is not null || _queue.Count == 0) return;
            (_dropped, _keeper) = (_keeper, null);
            Wake();
        }
    }

    private void Work()
    {
        while (true)
        {
            if (TryDoNext(out var isClosed)) continue;
            if (isClosed) return;
            _wake.WaitOne();
        }
    }

    // Whoever comes first does it: the lane's thread, or one that is lent by a VM at rest.
    private bool TryDoNext(out bool isClosed)
    {
        (var request, var dropped, isClosed) = TakeNext();
        dropped?.LoseBus();
        if (request is null) return dropped is not null;
        request.Run();
        Finish(request);
        request.PostCompletion();
        return true;
    }

    private (BusRequest? Request, BusBinding? Dropped, bool IsClosed) TakeNext()
    {
        lock (_lock)
        {
            var dropped = _dropped;
            if (dropped is not null)
            {
                _dropped = null;
                _keeper = null;
            }
            var node = _running is not null ? null : _queue.First;
            while (node is not null && _keeper is not null && node.Value.Binding != _keeper) node = node.Next;
            if (node is null) return (null, dropped, _isClosed);
            _queue.Remove(node);
            _running = node.Value;
            return (node.Value, dropped, _isClosed);
        }
    }
}
