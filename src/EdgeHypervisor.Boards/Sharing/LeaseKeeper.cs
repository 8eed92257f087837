// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Boards;

/// <summary>
/// Who has a peripheral on lease. The lease runs from the last use; when others wait, from its beginning, so that nobody
/// keeps it by using it without end. Waiters come in the order of their asking. Not thread-safe: its owner locks.
/// </summary>
/// <typeparam name="TUser">Those who share the peripheral.</typeparam>
internal sealed class LeaseKeeper<TUser>(Func<TUser, long> leaseNs)
    where TUser : class
{
    private readonly LinkedList<TUser> _waiting = [];
    private long _sinceNs;
    private long _lastUseNs;

    public TUser? Holder { get; private set; }

    /// <summary>When the lease ends if nothing happens; null when nobody waits for that.</summary>
    public long? HandsOverAtNs => Holder is null || _waiting.Count == 0 ? null : EndNs;

    private long EndNs => Holder is not { } holder ? long.MinValue : (_waiting.Count == 0 ? _lastUseNs : _sinceNs) + leaseNs(holder);

    /// <summary>Somebody uses the peripheral; false when it has to wait, and then it is in the queue.</summary>
    public bool Use(TUser user, long nowNs)
    {
        Expire(nowNs);
        if (Holder is null) Grant(user, nowNs);
        if (Holder == user)
        {
            _lastUseNs = nowNs;
            return true;
        }
        if (!_waiting.Contains(user)) _waiting.AddLast(user);
        return false;
    }

    /// <summary>Ends a lease that has run out; the next in the queue has it then.</summary>
    public void Expire(long nowNs)
    {
        if (Holder is null || nowNs < EndNs) return;
        Holder = null;
        GrantNext(nowNs);
    }

    /// <summary>Somebody has no use for it any more.</summary>
    public void Release(TUser user, long nowNs)
    {
        _waiting.Remove(user);
        if (Holder != user) return;
        Holder = null;
        GrantNext(nowNs);
    }

    private void GrantNext(long nowNs)
    {
        if (_waiting.First is not { } next) return;
        _waiting.RemoveFirst();
        Grant(next.Value, nowNs);
    }

    private void Grant(TUser user, long nowNs)
    {
        _waiting.Remove(user);
        (Holder, _sinceNs, _lastUseNs) = (user, nowNs, nowNs);
    }
}
