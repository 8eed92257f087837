// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Stm32;

/// <summary>A GPIO port of 16 pins: mode, output type, pull, input, output, set and reset, lock.</summary>
/// <remarks>ST RM0033, chapter 6. The option <c>port</c> is its letter, for EXTI. Not modelled: what an alternate function does, speed, the lock's effect.</remarks>
internal sealed class StmGpio : RegisterDevice
{
    private const int Pins = 16;
    private const uint ModeInput = 0, ModeOutput = 1;

    private readonly IGpioPort[] _ports;
    private readonly PinBank _bank;
    private readonly int _port;
    private readonly DeviceRegister _mode, _openDrain, _pull, _out;
    private readonly KnownLevels _seen; // what EXTI was told
    private uint _outside;

    public StmGpio(IDeviceContext context) : base(context.Unassigned)
    {
        _bank = context.Share(() => new PinBank());
        var letter = context.Options.GetString("port", "a");
        _port = letter is [>= 'a' and <= 'k' and var c] ? c - 'a' : throw new OptionException(context.Options.Owner, "port", $"'{letter}' is not a letter from a to k");
        _ports = Numbered.Make(Pins, context.Gpio);
        // PA13 to 15 and PB3, 4 belong to the debugger after a reset, RM0033 6.4.
        _mode = Map.Add(0x00, "mode", reset: _port switch { 0 => 0xA800_0000, 1 => 0x280, _ => 0 }, written: _ => Configure());
        _openDrain = Map.Add(0x04, "openDrain", bits: 0xFFFF, written: _ => Configure());
        Map.Add(0x08, "speed", reset: _port == 1 ? 0xC0u : 0);
        _pull = Map.Add(0x0C, "pull", reset: _port switch { 0 => 0x6400_0000, 1 => 0x100, _ => 0 }, written: _ => Configure());
        Map.Read(0x10, () => Levels);
        _seen = Map.Include("seen", new KnownLevels(context.Clock, Tell));
        _out = Map.Add(0x14, "out", bits: 0xFFFF, written: _ => Drive());
        Map.Write(0x18, bits =>
        {
            _out.Value = (_out.Value & ~(bits >> 16)) | (bits & 0xFFFF);
            Drive();
        });
        Map.Add(0x1C, "lock", bits: 0x1_FFFF);
        Map.Add(0x20, "alternateLow");
        Map.Add(0x24, "alternateHigh");
        for (var pin = 0; pin < Pins; pin++)
        {
            var bit = 1u << pin;
            _ports[pin].OnEdge(edge => OnEdge(bit, edge.Level));
        }
        Apply(); // pins are inputs before anybody has written anything
    }

    public override uint WindowBytes => 0x400;

    private uint Outputs
    {
        get
        {
            var outputs = 0u;
            for (var pin = 0; pin < Pins; pin++) outputs |= _mode.Field(2 * pin, 2) == ModeOutput ? 1u << pin : 0;
            return outputs;
        }
    }

    // An open-drain output at one is what the outside makes of it, 6.3.10; no edge tells of an output.
    private uint Levels
    {
        get
        {
            var outputs = Outputs;
            var open = outputs & _openDrain.Value & _out.Value;
            for (var left = open; left != 0; left &= left - 1) Look(BitOperations.TrailingZeroCount(left));
            return (_outside & ~outputs) | (_out.Value & outputs & ~open) | (_outside & open);
        }
    }

    protected override void Apply()
    {
        ConfigurePorts();
        _seen.Begin(Levels);
    }

    private void Configure()
    {
        ConfigurePorts();
        Tell();
    }

    private void ConfigurePorts()
    {
        for (var pin = 0; pin < Pins; pin++)
        {
            _ports[pin].Drive((_out.Value >> pin & 1) != 0); // before it becomes an output
            _ports[pin].Configure(ModeOf(pin));
            Look(pin);
        }
    }

    private void Look(int pin) => _outside = _ports[pin].Level ? _outside | 1u << pin : _outside & ~(1u << pin);

    private GpioMode ModeOf(int pin)
    {
        var bias = _pull.Field(2 * pin, 2) switch { 1 => GpioBias.PullUp, 2 => GpioBias.PullDown, _ => GpioBias.AsIs };
        return _mode.Field(2 * pin, 2) switch
        {
            ModeOutput => new GpioMode(GpioDirection.Output, bias, (_openDrain.Value >> pin & 1) != 0 ? GpioDrive.OpenDrain : GpioDrive.PushPull),
            ModeInput => new GpioMode(GpioDirection.Input, bias),
            _ => new GpioMode(GpioDirection.Disconnected),
        };
    }

    private void Drive()
    {
        for (var pin = 0; pin < Pins; pin++) _ports[pin].Drive((_out.Value >> pin & 1) != 0);
        Tell();
    }

    private void OnEdge(uint bit, bool level)
    {
        _outside = level ? _outside | bit : _outside & ~bit;
        Tell();
    }

    private void Tell()
    {
        var levels = Levels;
        var changed = _seen.Change(levels);
        for (var pin = 0; pin < Pins; pin++)
        {
            if ((changed >> pin & 1) != 0) _bank.Changed(_port, pin, (levels >> pin & 1) != 0);
        }
    }
}
