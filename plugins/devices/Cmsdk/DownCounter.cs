// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Cmsdk;

/// <summary>
/// A counter that counts down to zero, tells so, and goes on from its reload value at the next tick. Catching up takes no
/// longer however much time has passed; a host timer waits only while <see cref="Listens"/>.
/// </summary>
internal sealed class DownCounter : IRegisterPart
{
    private readonly TickCounter _ticks; // since the count began at _from
    private readonly IGuestTimer _timer;
    private readonly Action _expired;
    private uint _from;
    private bool _told; // this zero has been told of

    public DownCounter(IGuestClock clock, uint hz, Action expired)
    {
        _ticks = new TickCounter(clock, hz);
        _expired = expired;
        _timer = clock.CreateTimer(CatchUp);
    }

    /// <summary>Where it goes on after zero; null: it stays there.</summary>
    public Func<uint?> Reload { get; init; } = () => null;

    /// <summary>Whether somebody waits for the next zero.</summary>
    public Func<bool> Listens { get; init; } = () => false;

    public uint Value => (uint)(_from - Math.Min(_from, _ticks.Count));

    /// <summary>Begins anew.</summary>
    public void Load(uint value)
    {
        (_from, _told) = (value, false);
        _ticks.Set(0);
        SetTimer();
    }

    public void Run(bool on)
    {
        CatchUp();
        _ticks.Run(on);
        SetTimer();
    }

    public void SetRate(uint hz, uint divider)
    {
        CatchUp();
        _ticks.SetRate(hz, divider);
        SetTimer();
    }

    public void CatchUp()
    {
        if (!_ticks.IsRunning) return;
        var count = _ticks.Count;
        var expired = !_told && count >= _from;
        _told |= count >= _from;
        if (count > _from && Reload() is { } reload)
        {
            var rounds = (count - _from - 1) / (reload + 1UL);
            expired |= rounds > 0;
            _ticks.Rewind(_from + 1UL + (rounds * (reload + 1UL)));
            _from = reload;
            _told = _ticks.Count >= _from;
            expired |= _told;
        }
        if (expired) _expired();
        SetTimer();
    }

    public void SetTimer()
    {
        var next = !_told ? _from : Reload() is { } reload ? _from + 1UL + reload : (ulong?)null;
        if (next is { } count && Listens() && _ticks.NsAt(count) is { } deadlineNs) _timer.Set(deadlineNs);
        else _timer.Cancel();
    }

    public void Reset()
    {
        _ticks.Reset();
        (_from, _told) = (0, false);
        _timer.Cancel();
    }

    public void Save(IStateWriter state)
    {
        state.WriteGroup("ticks", _ticks.Save);
        state.Write("from", (ulong)_from);
        state.Write("told", _told);
    }

    public void Restore(IStateReader state)
    {
        var (from, told) = (state.ReadUInt32("from"), state.ReadBoolean("told"));
        _ticks.Restore(state.ReadGroup("ticks"));
        (_from, _told) = (from, told);
    }
}
