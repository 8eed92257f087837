// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>A line that remembers each level the guest drove it to, and that a test can move as a button does. On the VM's turn.</summary>
internal sealed class RecordingLine : IGpioPort
{
    private readonly List<bool> _levels = [];
    private Action<GpioEdge>? _onEdge;
    private bool _driven, _outside = true;

    public GpioMode Mode { get; private set; }

    /// <summary>The levels that others on the line saw, each change once.</summary>
    public IReadOnlyList<bool> Levels => _levels;

    /// <summary>Called when the guest has driven it to another level.</summary>
    public Action OnChange { get; set; } = () => { };

    public bool Level => Mode.Direction switch
    {
        GpioDirection.Output => _driven,
        GpioDirection.Input => _outside,
        _ => false,
    };

    public void Configure(GpioMode mode)
    {
        Mode = mode;
        Record();
    }

    public void Drive(bool level)
    {
        _driven = level;
        Record();
    }

    public void OnEdge(Action<GpioEdge> handler) => _onEdge = handler;

    /// <summary>Pulls the line to ground and lets it go again.</summary>
    public void Press()
    {
        Move(false);
        Move(true);
    }

    /// <summary>Pulls the line to a level, and keeps it there.</summary>
    public void Move(bool level)
    {
        _outside = level;
        _onEdge?.Invoke(new GpioEdge(level, TimestampNs: 0));
    }

    private void Record()
    {
        if (Mode.Direction != GpioDirection.Output || (_levels.Count != 0 && _levels[^1] == _driven)) return;
        _levels.Add(_driven);
        OnChange();
    }
}
