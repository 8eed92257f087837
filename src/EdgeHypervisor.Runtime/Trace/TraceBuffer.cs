// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>
/// Events between the VM's turn and whoever reads them. It asks the guest to wait when it is half full; a guest that
/// cannot wait any longer loses the events that find no place, and the reader is told how many.
/// </summary>
internal sealed class TraceBuffer
{
    /// <summary>The most events that wait.</summary>
    public const int Capacity = 16_384;

    private const int HoldAt = Capacity / 2;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _changed = new(0);
    private List<TraceEvent> _events = [];
    private List<TraceEvent> _spare = [];
    private long _lost;
    private bool _isEnded;
    private bool _isReading;

    /// <summary>Whether the guest should wait.</summary>
    public bool WantsHold
    {
        get { lock (_lock) return _events.Count >= HoldAt && !_isEnded; }
    }

    /// <summary>Adds one; true when from now on the guest should wait.</summary>
    public bool Add(in TraceEvent happened)
    {
        lock (_lock)
        {
            if (_isEnded) return false;
            if (_events.Count == Capacity) _lost++;
            else _events.Add(happened);
            Signal();
            return _events.Count == HoldAt;
        }
    }

    /// <summary>No more will come.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isEnded = true;
            Signal();
        }
    }

    /// <summary>Waits for events; null when there are no more. One reader at a time, who is done with one batch when it asks for the next.</summary>
    public async ValueTask<IReadOnlyList<TraceEvent>?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            lock (_lock)
            {
                if (_events.Count > 0) return Take();
                if (_isEnded) return null;
                _isReading = true;
            }
            await _changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private List<TraceEvent> Take()
    {
        var taken = _events;
        if (_lost > 0) taken.Add(new TraceEvent(TraceEventKind.Lost, taken[^1].TimeNs, 0, 0) { Value = (ulong)_lost });
        _lost = 0;
        _spare.Clear();
        (_events, _spare) = (_spare, taken);
        return taken;
    }

    private void Signal()
    {
        if (!_isReading) return;
        _isReading = false;
        _changed.Release();
    }
}
