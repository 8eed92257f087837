// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Virtio;

/// <summary>One line of a virtio GPIO controller: direction, output level, and which changes of it the driver wants to hear of.</summary>
internal sealed class GpioLine
{
    private readonly IGpioPort _port;
    private bool _value; // to drive, now or when it becomes an output
    private bool _outside; // the port's level, as its edges told
    private bool _isLatched; // an edge that the driver has not heard of

    public GpioLine(IGpioPort port)
    {
        _port = port;
        port.OnEdge(edge => OnEdge(edge.Level));
    }

    /// <summary>Told when an interrupt may have become due.</summary>
    public Action Signalled { get; set; } = () => { };

    /// <summary>The request that waits for an interrupt; it comes again after a restore.</summary>
    public DescriptorChain? Waiting { get; set; }

    public GpioLineDirection Direction { get; private set; }

    public GpioTrigger Trigger { get; private set; }

    public bool Level => Direction switch
    {
        GpioLineDirection.Output => _value,
        GpioLineDirection.Input => _outside,
        _ => false,
    };

    public bool IsDue => Trigger switch
    {
        GpioTrigger.None => false,
        GpioTrigger.High => Level,
        GpioTrigger.Low => !Level,
        _ => _isLatched,
    };

    public static bool IsTrigger(uint value) => value is <= (uint)GpioTrigger.High or (uint)GpioTrigger.Low;

    public void SetDirection(GpioLineDirection direction)
    {
        Direction = direction;
        Configure();
        Signalled();
    }

    public void SetValue(bool value)
    {
        _value = value;
        _port.Drive(value);
    }

    public void SetTrigger(GpioTrigger trigger) => (Trigger, _isLatched) = (trigger, false);

    /// <summary>The driver hears of the edge; a level goes on by itself.</summary>
    public void Acknowledge() => _isLatched = false;

    public void Reset()
    {
        (Waiting, Direction, Trigger, _value, _isLatched) = (null, GpioLineDirection.None, GpioTrigger.None, false, false);
        Configure(); // let go before the level changes
        _port.Drive(false);
    }

    public void Save(IStateWriter state)
    {
        state.Write("direction", (ulong)Direction);
        state.Write("trigger", (ulong)Trigger);
        state.Write("value", _value);
        state.Write("outside", _outside);
        state.Write("latched", _isLatched);
    }

    public void Restore(IStateReader state)
    {
        var direction = (GpioLineDirection)state.ReadInt32("direction", (int)GpioLineDirection.Input);
        var trigger = state.ReadByte("trigger");
        if (!IsTrigger(trigger)) throw state.Error("trigger", $"{trigger} is none");
        (Direction, Trigger, Waiting) = (direction, (GpioTrigger)trigger, null);
        (_value, _isLatched) = (state.ReadBoolean("value"), state.ReadBoolean("latched"));
        var before = state.ReadBoolean("outside");
        _port.Drive(_value);
        Configure();
        (var now, _outside) = (_outside, before);
        if (now != before) OnEdge(now); // a line that changed meanwhile is an edge
    }

    private void Configure()
    {
        _port.Configure(new GpioMode(Direction switch
        {
            GpioLineDirection.Output => GpioDirection.Output,
            GpioLineDirection.Input => GpioDirection.Input,
            _ => GpioDirection.Disconnected,
        }));
        _outside = _port.Level;
    }

    private void OnEdge(bool level)
    {
        if (_outside == level) return;
        _outside = level;
        var edge = level ? GpioTrigger.Rising : GpioTrigger.Falling;
        if (Direction == GpioLineDirection.Input) _isLatched |= Trigger == GpioTrigger.Both || Trigger == edge;
        Signalled();
    }
}
