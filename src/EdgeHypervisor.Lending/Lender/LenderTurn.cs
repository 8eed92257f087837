// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Lending;

/// <summary>
/// The turn of a VM that runs elsewhere: what is done for it here is done one after another, in the order of posting, on no
/// thread of its own. Its clock is this board's.
/// </summary>
/// <param name="context">Runs it, and knows the time.</param>
/// <param name="afterwards">Called when nothing more is posted.</param>
internal sealed class LenderTurn(LendingContext context, Action afterwards) : IVmTurn, IGuestClock
{
    private readonly Lock _lock = new();
    private readonly Queue<Action> _posted = new();
    private bool _isRunning;
    private int _thread;

    public bool IsCurrent => _thread == Environment.CurrentManagedThreadId;

    public IGuestClock Clock => this;

    public long NowNs => context.NowNs;

    public IGuestTimer CreateTimer(Action due) => throw new NotSupportedException("a lender has no guest timers");

    public void Post(Action work) => TryPost(work, int.MaxValue);

    /// <summary>Posts unless so many wait already.</summary>
    public bool TryPost(Action work, int most)
    {
        lock (_lock)
        {
            if (_posted.Count >= most) return false;
            _posted.Enqueue(work);
            if (_isRunning) return true;
            _isRunning = true;
        }
        context.Run(Work);
        return true;
    }

    private void Work()
    {
        _thread = Environment.CurrentManagedThreadId;
        while (TryTake(out var work))
        {
            try
            {
                work();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                context.Report($"what a borrower asked for failed: {e}");
            }
        }
    }

    private bool TryTake(out Action work)
    {
        var isIdle = false;
        while (true)
        {
            lock (_lock)
            {
                if (_posted.TryDequeue(out work!)) return true;
                if (isIdle)
                {
                    _thread = 0;
                    _isRunning = false;
                    return false;
                }
            }
            afterwards();
            isIdle = true;
        }
    }
}
