// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>
/// A digital line with two sides. Inside: what its user configures, drives and reads. Outside: what the world sees and may
/// drive. Electrical levels are kept; logical ones are computed where the board says active-low.
/// </summary>
/// <remarks>
/// A line that its user drives push-pull has the driven level whatever the outside does. An open stage that lets go, and an
/// input, follow the outside, else the bias, else rest low. Not modelled: voltages, slopes, short circuits.
/// </remarks>
internal sealed class SimulatedGpioLine : IGpioLine, IGpioTrace, ISimulated, IImmediate
{
    private readonly SimulatedGpioSettings _settings;
    private readonly IDisposable _claim;
    private readonly TimeProvider _time;
    private readonly LineTrace _trace;
    private readonly Lock _lock = new();
    private readonly bool _invert;
    private GpioMode _mode = new(GpioDirection.Disconnected);
    private bool? _outside;
    private bool _driven;
    private bool _level;
    private volatile bool _isPushPull;
    private Action<GpioEdge>? _handler;

    public SimulatedGpioLine(SimulatedGpioSettings settings, TimeProvider time, IDisposable claim)
    {
        (_settings, _time, _claim, _invert) = (settings, time, claim, settings.IsActiveLow);
        _trace = new LineTrace(settings.TraceLength, time);
        _level = Resolve();
    }

    public bool IsImmediate => true;

    public long ChangeCount => _trace.Count;

    public bool Read() => Volatile.Read(ref _level) ^ _invert;

    public void Configure(GpioMode mode, bool initialLevel)
    {
        lock (_lock)
        {
            _mode = mode;
            _driven = initialLevel ^ _invert;
            _isPushPull = mode is { Direction: GpioDirection.Output, Drive: GpioDrive.PushPull };
            Settle();
        }
    }

    public void Write(bool level)
    {
        var driven = level ^ _invert;
        if (_isPushPull)
        {
            // No lock: only the line's user writes and configures, and the outside does not touch a push-pull line.
            if (driven == _level) return;
            _driven = driven;
            Become(driven);
            return;
        }
        lock (_lock)
        {
            _driven = driven;
            Settle();
        }
    }

    public void Watch(Action<GpioEdge>? handler)
    {
        lock (_lock) _handler = handler;
    }

    public int ReadTrace(ref long position, Span<GpioEdge> changes)
    {
        var count = _trace.Read(ref position, changes);
        for (var i = 0; _invert && i < count; i++) changes[i] = changes[i] with { Level = !changes[i].Level };
        return count;
    }

    public IReadOnlyDictionary<string, string> Observe()
    {
        lock (_lock)
        {
            return new Dictionary<string, string>
            {
                ["level"] = Outside.Level(_level),
                ["logical"] = Outside.Level(_level ^ _invert),
                ["direction"] = Quantity.ToKebabCase(_mode.Direction.ToString()),
                ["bias"] = Quantity.ToKebabCase(EffectiveBias.ToString()),
                ["outside"] = _outside is { } driven ? Outside.Level(driven) : "floating",
                ["changes"] = Outside.Format(_trace.Count),
            };
        }
    }

    /// <summary>
    /// <c>level</c>: <c>high</c>, <c>low</c> or <c>floating</c>, electrically. <c>logical</c>: the same, seen through active-low.
    /// </summary>
    public void Change(string name, string value)
    {
        bool? outside = value switch
        {
            "high" or "1" => true,
            "low" or "0" => false,
            "floating" => null,
            _ => throw new OptionException(_settings.Owner, name, $"'{value}' is not high, low or floating"),
        };
        if (name is not ("level" or "logical")) throw Outside.Unknown(_settings.Owner, name, "level", "logical");
        lock (_lock)
        {
            _outside = name == "logical" ? outside ^ _invert : outside;
            if (!_isPushPull) Settle();
        }
    }

    public void Dispose()
    {
        Watch(null);
        _claim.Dispose();
    }

    // The lock is held. An input's user hears of the change under it, so in order.
    private void Settle()
    {
        var level = Resolve();
        if (level == _level) return;
        Become(level);
        if (_mode.Direction == GpioDirection.Input) _handler?.Invoke(new GpioEdge(level ^ _invert, _time.NowNs()));
    }

    private void Become(bool level)
    {
        Volatile.Write(ref _level, level);
        _trace.Add(level);
    }

    private bool Resolve() => IsDriving ? _driven : _outside ?? EffectiveBias == GpioBias.PullUp;

    private bool IsDriving => _mode.Direction == GpioDirection.Output && _mode.Drive switch
    {
        GpioDrive.OpenDrain => !_driven,
        GpioDrive.OpenSource => _driven,
        _ => true,
    };

    private GpioBias EffectiveBias => _mode.Bias == GpioBias.AsIs ? _settings.Bias : _mode.Bias;
}
