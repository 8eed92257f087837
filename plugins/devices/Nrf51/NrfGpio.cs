// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Nrf51;

/// <summary>The GPIO port: 32 pins with direction, pull, drive and sense; GPIOTE may take a pin's output over.</summary>
/// <remarks>nRF51 Series Reference Manual v3.0, chapter 14. Not modelled: high drive strengths; wake-up from system off.</remarks>
internal sealed class NrfGpio : RegisterDevice
{
    public const int Pins = 32;
    private const uint DirectionBit = 1, InputDisconnected = 2, SenseHigh = 2, SenseLow = 3;

    private readonly IGpioPort[] _ports;
    private readonly EventSystem _system;
    private readonly DeviceRegister _out, _taken, _takenOut;
    private readonly DeviceRegister[] _configuration;
    private readonly KnownLevels _seen; // what was last told to GPIOTE
    private uint _outside; // the levels of the ports, as their edges told
    private uint _senseHigh, _senseLow; // by the configuration
    private bool? _detects; // what was last told; null: of the levels seen last

    public NrfGpio(IDeviceContext context) : base(context.Unassigned)
    {
        _system = context.Share(() => new EventSystem());
        _system.Pins = this;
        _ports = Numbered.Make(Pins, context.Gpio);
        _out = Map.Add(0x504, "out", written: DriveChanged);
        _taken = Map.Hidden("taken");
        _takenOut = Map.Hidden("takenOut");
        _seen = Map.Include("seen", new KnownLevels(context.Clock, Tell));
        Map.Read(0x508, () => _out.Value).Write(0x508, bits => SetOut(_out.Value | bits));
        Map.Read(0x50C, () => _out.Value).Write(0x50C, bits => SetOut(_out.Value & ~bits));
        Map.Read(0x510, () => Levels & InputsConnected);
        Map.Read(0x514, Directions).Write(0x514, SetDirections);
        Map.Read(0x518, Directions).Write(0x518, bits => SetDirections(Directions() | bits));
        Map.Read(0x51C, Directions).Write(0x51C, bits => SetDirections(Directions() & ~bits));
        _configuration = Map.AddRow(0x700, "configuration", Pins, reset: InputDisconnected, bits: 0x3_070F, written: Configure);
        for (var pin = 0; pin < Pins; pin++)
        {
            var bit = 1u << pin;
            _ports[pin].OnEdge(edge => OnEdge(bit, edge.Level));
        }
        ReadPorts();
    }

    private uint OutLevels => (_out.Value & ~_taken.Value) | (_takenOut.Value & _taken.Value);

    private uint Outputs => Directions() | _taken.Value;

    // An output whose drive is disconnected at its level is what the outside makes of it; no edge tells of an output.
    private uint Levels
    {
        get
        {
            var driven = Outputs;
            for (var left = driven; left != 0; left &= left - 1)
            {
                var pin = BitOperations.TrailingZeroCount(left);
                if (!new GpioMode(GpioDirection.Output, Drive: Stage(pin)).LetsGoAt((OutLevels >> pin & 1) != 0)) continue;
                driven &= ~(1u << pin);
                Look(pin);
            }
            return (_outside & ~driven) | (OutLevels & driven);
        }
    }

    private uint InputsConnected
    {
        get
        {
            var connected = 0u;
            for (var pin = 0; pin < Pins; pin++) connected |= (_configuration[pin].Value >> 1 & 1 ^ 1) << pin;
            return connected;
        }
    }

    /// <summary>The level of a pin as it is now.</summary>
    public bool Level(int pin) => (Levels >> pin & 1) != 0;

    /// <summary>GPIOTE takes the output of a pin, with a level, or gives it back.</summary>
    public void Take(int pin, bool taken, bool level)
    {
        _takenOut.Set(1u << pin, level);
        _taken.Set(1u << pin, taken);
        Configure(pin);
    }

    /// <summary>GPIOTE drives a pin that it took.</summary>
    public void Drive(int pin, bool level)
    {
        _takenOut.Set(1u << pin, level);
        Configure(pin);
    }

    protected override void Apply()
    {
        for (var pin = 0; pin < Pins; pin++) ConfigurePort(pin);
        _seen.Begin(Levels);
        _detects = (_senseHigh | _senseLow) == 0 ? false : null;
    }

    private void SetOut(uint value)
    {
        var before = _out.Value;
        _out.Value = value;
        DriveChanged(before);
    }

    private void DriveChanged(uint before)
    {
        for (var changed = (before ^ _out.Value) & ~_taken.Value; changed != 0; changed &= changed - 1)
        {
            var pin = BitOperations.TrailingZeroCount(changed);
            _ports[pin].Drive((_out.Value >> pin & 1) != 0);
        }
        Tell();
    }

    private uint Directions()
    {
        var outputs = 0u;
        for (var pin = 0; pin < Pins; pin++) outputs |= (_configuration[pin].Value & DirectionBit) << pin;
        return outputs;
    }

    private void SetDirections(uint outputs)
    {
        for (var changed = outputs ^ Directions(); changed != 0; changed &= changed - 1)
        {
            var pin = BitOperations.TrailingZeroCount(changed);
            _configuration[pin].Value ^= DirectionBit;
            ConfigurePort(pin);
        }
        Tell();
    }

    private void Configure(int pin)
    {
        ConfigurePort(pin);
        Tell();
    }

    // The level is given to the port before the port becomes an output, so that a line never shows an old one.
    private void ConfigurePort(int pin)
    {
        _ports[pin].Drive((OutLevels >> pin & 1) != 0);
        _ports[pin].Configure(Mode(pin));
        Look(pin);
        var sense = (_configuration[pin].Value & InputDisconnected) != 0 ? 0 : _configuration[pin].Value >> 16 & 3;
        _senseHigh = sense == SenseHigh ? _senseHigh | 1u << pin : _senseHigh & ~(1u << pin);
        _senseLow = sense == SenseLow ? _senseLow | 1u << pin : _senseLow & ~(1u << pin);
    }

    // DETECT: whether any pin is at the level that it senses.
    private bool Detects(uint levels) => ((levels & _senseHigh) | (~levels & _senseLow)) != 0;

    private void Look(int pin) => _outside = _ports[pin].Level ? _outside | 1u << pin : _outside & ~(1u << pin);

    private GpioDrive Stage(int pin) =>
        (_configuration[pin].Value >> 8 & 7) switch { 4 or 5 => GpioDrive.OpenSource, 6 or 7 => GpioDrive.OpenDrain, _ => GpioDrive.PushPull };

    private GpioMode Mode(int pin)
    {
        var configuration = _configuration[pin].Value;
        var bias = (configuration >> 2 & 3) switch { 1 => GpioBias.PullDown, 3 => GpioBias.PullUp, _ => GpioBias.AsIs };
        if ((Outputs >> pin & 1) != 0) return new GpioMode(GpioDirection.Output, bias, Stage(pin));
        return new GpioMode((configuration & InputDisconnected) != 0 ? GpioDirection.Disconnected : GpioDirection.Input, bias);
    }

    private void ReadPorts()
    {
        for (var pin = 0; pin < Pins; pin++) Look(pin);
        _seen.Begin(Levels);
        _detects = false;
    }

    private void OnEdge(uint bit, bool level)
    {
        _outside = level ? _outside | bit : _outside & ~bit;
        Tell();
    }

    private void Tell()
    {
        var levels = Levels;
        var all = _seen.Change(levels);
        for (var changed = all; changed != 0; changed &= changed - 1)
        {
            var pin = BitOperations.TrailingZeroCount(changed);
            _system.PinChanged(pin, (levels >> pin & 1) != 0);
        }
        var (before, now) = (_detects ?? Detects(levels ^ all), Detects(levels));
        _detects = now;
        if (now && !before) _system.Detected();
    }
}
