// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Boards;

/// <summary>
/// Lets one thread do something fast and often, and any other thread put an end to it: when <see cref="Shut"/> has
/// returned, nobody is inside and nobody gets in.
/// </summary>
/// <remarks>
/// The user's side is two plain stores and a load. What it lacks, the order of its store to <c>_isInside</c> and its load of
/// <c>_isOpen</c>, the other side makes up for with a barrier on all processors: either the user sees the gate shut, or the
/// other side sees the user inside (P. McKenney, "Is Parallel Programming Hard", asymmetric memory barriers; membarrier(2)).
/// </remarks>
internal sealed class DriveGate
{
    private volatile bool _isOpen;
    private volatile bool _isInside;

    /// <summary>For the user: whether it may go on; then it must <see cref="Exit"/>.</summary>
    public bool TryEnter()
    {
        _isInside = true;
        if (_isOpen) return true;
        _isInside = false;
        return false;
    }

    /// <summary>For the user: it is done.</summary>
    public void Exit() => _isInside = false;

    public void Open() => _isOpen = true;

    /// <summary>Shuts it, from any thread but the user's.</summary>
    public void Shut()
    {
        if (!_isOpen) return;
        _isOpen = false;
        Interlocked.MemoryBarrierProcessWide();
        var wait = new SpinWait();
        while (_isInside) wait.SpinOnce();
    }

    /// <summary>Shuts it, from the user's own thread, outside of the gate.</summary>
    public void ShutByUser() => _isOpen = false;
}
