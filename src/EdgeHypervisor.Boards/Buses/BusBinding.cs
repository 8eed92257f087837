// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards;

/// <summary>A VM's port on peripherals of a bus.</summary>
internal abstract class BusBinding(PortMapping mapping, PortOwner owner, TimeProvider time) : IBinding
{
    private volatile bool _isOpen;
    private ITimer? _delay;
    private Action? _delayed;

    public PortMapping Mapping { get; } = mapping;

    public PortOwner Owner { get; } = owner;

    public bool IsOpen => _isOpen;

    public TokenBucket? Budget { get; } = mapping.Budget is { } budget ? new TokenBucket(budget) : null;

    public void Open() => _isOpen = true;

    /// <remarks>What is on the wire ends by itself; what is not comes back as unavailable.</remarks>
    public void Close(OutputRelease reason)
    {
        _isOpen = false;
        Release();
        if (Interlocked.Exchange(ref _delayed, null) is { } delayed) delayed();
    }

    public void Leave()
    {
        _isOpen = false;
        Release();
        _delay?.Dispose();
    }

    /// <summary>Waits for the budget. A port has one request at a time, so there is one delay at a time.</summary>
    public void Delay(long waitNs, Action then)
    {
        Volatile.Write(ref _delayed, then);
        _delay ??= time.CreateTimer(_ => Interlocked.Exchange(ref _delayed, null)?.Invoke(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _delay.Change(TimeSpan.FromMicroseconds((waitNs + 999) / 1000), Timeout.InfiniteTimeSpan);
    }

    /// <summary>The bus was taken away from a user that kept it and did nothing with it.</summary>
    public virtual void LoseBus()
    {
    }

    /// <summary>Lets go of a bus that the VM kept and has no use for any more.</summary>
    public virtual void AbandonBus()
    {
    }

    /// <summary>Gives up whatever others may wait for.</summary>
    protected abstract void Release();
}
