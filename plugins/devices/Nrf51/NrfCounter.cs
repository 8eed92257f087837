// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Nrf51;

/// <summary>What TIMER and RTC share: a counter in guest time, compare registers, and events in the order in which they happened.</summary>
/// <remarks>
/// A host timer waits only while somebody listens (interrupts, PPI, shortcuts); what happened meanwhile is caught up at the next
/// look. Of a burst that no guest could serve (<see cref="MostEventsAtOnce"/>) the rest is dropped.
/// </remarks>
internal abstract class NrfCounter : NrfPeripheral
{
    private const int MostEventsAtOnce = 4096;
    private readonly IGuestTimer _timer;
    private readonly DeviceRegister _seen; // the count up to which events have happened
    private readonly DeviceRegister[] _compare;
    private readonly Event[] _reached;

    protected NrfCounter(IDeviceContext context, uint clockHz, uint divider, int channels) : base(context)
    {
        Counter = Map.Include("counter", new TickCounter(Clock, clockHz, divider));
        _timer = Clock.CreateTimer(OnTimer);
        _seen = Map.Hidden("seen");
        _reached = Numbered.Make(channels, i => AddEvent(0x140 + (4 * (uint)i), $"compared{i}"));
        _compare = Map.AddRow(0x540, "compare", channels, written: _ => SetTimer());
        System.ConnectionsChanged += SetTimer;
    }

    protected TickCounter Counter { get; }

    /// <summary>The bits of the counter that there are.</summary>
    protected abstract ulong Mask { get; }

    /// <summary>Whether something beside interrupts and PPI waits for an event.</summary>
    protected abstract bool HasShortcuts { get; }

    protected ulong Value => Counter.Count & Mask;

    protected override void Apply() => SetTimer();

    protected override void Refresh() => CatchUp();

    protected void Run()
    {
        CatchUp();
        Counter.Start();
        SetTimer();
    }

    protected void Stop()
    {
        Counter.Stop();
        CatchUp();
        SetTimer();
    }

    protected void Jump(ulong value)
    {
        CatchUp();
        Counter.Set(value & Mask);
        _seen.Value = (uint)(value & Mask);
        SetTimer();
    }

    protected void Capture(int channel)
    {
        CatchUp();
        _compare[channel].Value = _seen.Value; // not a later look, which would be an event that is still to come
        SetTimer();
    }

    /// <summary>Tells of the compare registers that stand at a value.</summary>
    protected void Reach(ulong value)
    {
        for (var i = 0; i < _compare.Length; i++)
        {
            if ((_compare[i].Value & Mask) == value) OnCompared(i, _reached[i]);
        }
    }

    protected abstract void OnCompared(int channel, Event reached);

    /// <summary>The counter has come to a value; events of that moment happen.</summary>
    protected virtual void OnReached(ulong value) => Reach(value);

    /// <summary>Counts from a value to the next event, at least 1.</summary>
    protected virtual ulong UntilNext(ulong from)
    {
        var next = Mask + 1;
        foreach (var compare in _compare) next = Math.Min(next, Distance(from, compare.Value));
        return next;
    }

    /// <summary>Counts from a value to another: the whole round when they are equal.</summary>
    protected ulong Distance(ulong from, ulong to) => ((to - from - 1) & Mask) + 1;

    /// <summary>At the event that is being told of: the counter is zero now, and goes on from there.</summary>
    protected void ClearHere()
    {
        Counter.Rewind(_seen.Value);
        _seen.Value = 0;
    }

    protected void StopHere()
    {
        Counter.Set(_seen.Value);
        Counter.Stop();
    }

    protected void SetTimer()
    {
        var listens = Counter.IsRunning && (InterruptEnable.Value != 0 || HasShortcuts || System.HasConnections);
        if (listens && Counter.NsAt(_seen.Value + UntilNext(_seen.Value & Mask)) is { } deadlineNs) _timer.Set(deadlineNs);
        else _timer.Cancel();
    }

    protected override void Update()
    {
        base.Update();
        SetTimer();
    }

    private void OnTimer()
    {
        CatchUp();
        Update();
    }

    private void CatchUp()
    {
        for (var events = 0; events < MostEventsAtOnce; events++)
        {
            var next = _seen.Value + UntilNext(_seen.Value & Mask);
            var count = Counter.Count; // one look: what comes after it is for the next round
            Fold(Math.Min(count, next));
            if (count < next) return;
            OnReached(_seen.Value);
        }
        Fold(Counter.Count);
    }

    // What is beyond the counter's width goes; the rest has been seen.
    private void Fold(ulong count)
    {
        Counter.Rewind(count & ~Mask);
        _seen.Value = (uint)(count & Mask);
    }
}
