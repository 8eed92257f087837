// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Boards;

/// <summary>
/// Edges on their way to a VM: bounded, and one wake-up for however many. When there is no room the newest replaces those
/// that did not fit, so the last level always arrives.
/// </summary>
internal sealed class EdgeQueue
{
    private const int Capacity = 256;

    private readonly Queue<GpioEdge> _edges = new();
    private readonly Lock _lock = new();
    private GpioEdge? _overflow;
    private bool _isWoken;
    private Action<GpioEdge>? _heir;

    /// <summary>Adds one; tells whether the VM has to be woken, and whether an edge was lost.</summary>
    public (bool Wake, bool Lost) Add(GpioEdge edge)
    {
        lock (_lock)
        {
            if (_heir is { } heir)
            {
                heir(edge);
                return (false, false);
            }
            var lost = false;
            if (_edges.Count < Capacity && _overflow is null) _edges.Enqueue(edge);
            else (lost, _overflow) = (_overflow is not null, edge);
            var wake = !_isWoken;
            _isWoken = true;
            return (wake, lost);
        }
    }

    /// <summary>The VM is awake: whatever is added from now on wakes it again.</summary>
    public void BeginDelivery()
    {
        lock (_lock) _isWoken = false;
    }

    public bool TryTake(out GpioEdge edge)
    {
        lock (_lock)
        {
            if (_edges.TryDequeue(out edge)) return true;
            if (_overflow is not { } last) return false;
            (edge, _overflow) = (last, null);
            return true;
        }
    }

    /// <summary>Whether nothing is on its way.</summary>
    public bool IsEmpty
    {
        get { lock (_lock) return _edges.Count == 0 && _overflow is null; }
    }

    /// <summary>
    /// Gives everything that is on its way, and everything that is still added here, to another queue: none is lost between
    /// the two, and none is in both.
    /// </summary>
    /// <param name="heir">Gets each edge; called under this queue's lock.</param>
    public void HandOver(Action<GpioEdge> heir)
    {
        lock (_lock)
        {
            while (_edges.TryDequeue(out var edge)) heir(edge);
            if (_overflow is { } last) heir(last);
            (_overflow, _heir) = (null, heir);
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _edges.Clear();
            _overflow = null;
        }
    }
}
