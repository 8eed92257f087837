// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Fakes;

/// <summary>A digital line whose outside the test drives, and whose inside it reads.</summary>
internal sealed class FakeGpioPort(ManualClock clock) : IGpioPort
{
    private Action<GpioEdge>? _handler;

    public bool Level { get; private set; }

    public GpioMode Mode { get; private set; }

    public bool Driven { get; private set; }

    /// <summary>What the outside saw of this VM's output, in order: the levels while it drove.</summary>
    public List<bool> Trace { get; } = [];

    public void Configure(GpioMode mode)
    {
        Mode = mode;
        Note();
    }

    public void Drive(bool level)
    {
        Driven = level;
        Note();
    }

    public void OnEdge(Action<GpioEdge> handler) => _handler = handler;

    /// <summary>The outside pulls the line.</summary>
    public void Pull(bool level)
    {
        if (Level == level) return;
        Level = level;
        _handler?.Invoke(new GpioEdge(level, clock.NowNs));
    }

    public void CopyOutsideTo(FakeGpioPort other) => other.Level = Level;

    private void Note()
    {
        if (Mode.Direction != GpioDirection.Output) return;
        if (Trace.Count == 0 || Trace[^1] != Driven) Trace.Add(Driven);
    }
}
