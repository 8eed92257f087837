// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A timer whose deadline is saved with a device's registers; a restored one goes on waiting.</summary>
/// <param name="clock">The VM's time.</param>
/// <param name="due">Called on the VM's turn.</param>
public sealed class SavedTimer(IGuestClock clock, Action due) : IRegisterPart
{
    private readonly IGuestTimer _timer = clock.CreateTimer(due);

    /// <summary>Whether it waits.</summary>
    public bool IsSet => _timer.DeadlineNs is not null;

    /// <summary>Sets it to so many nanoseconds from now.</summary>
    public void After(long ns) => _timer.Set(clock.NowNs + Math.Max(0, ns));

    /// <summary>Forgets the deadline.</summary>
    public void Reset() => _timer.Cancel();

    /// <inheritdoc/>
    public void Save(IStateWriter state) => state.Write("deadlineNs", _timer.DeadlineNs ?? -1);

    /// <inheritdoc/>
    public void Restore(IStateReader state)
    {
        var deadlineNs = state.ReadInt64("deadlineNs");
        if (deadlineNs < 0) _timer.Cancel();
        else _timer.Set(deadlineNs);
    }
}
