// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Nrf51;

/// <summary>GPIO tasks and events: four channels that make edges of a pin events, or drive a pin by a task.</summary>
/// <remarks>nRF51 Series Reference Manual v3.0, chapter 15. PORT is the event of the pins' DETECT.</remarks>
internal sealed class NrfGpiote : NrfPeripheral
{
    private const int Channels = 4;
    private const uint EventMode = 1, TaskMode = 3;

    private readonly DeviceRegister[] _configuration;
    private readonly Event[] _in = new Event[Channels];

    public NrfGpiote(IDeviceContext context) : base(context)
    {
        for (var i = 0; i < Channels; i++)
        {
            var channel = i;
            _in[i] = AddEvent(0x100 + (4u * (uint)i), $"in{i}");
            AddTask(4u * (uint)i, () => Out(channel));
        }
        var port = AddEvent(0x17C, "port");
        _configuration = Map.AddRow(0x510, "configuration", Channels, bits: 0x13_1F03, written: Configure);
        System.PinChanged = OnPin;
        System.Detected = () => Fire(port);
    }

    private static uint Mode(DeviceRegister configuration) => configuration.Value & 3;

    private static int Pin(DeviceRegister configuration) => (int)(configuration.Value >> 8 & 0x1F);

    private static uint Polarity(DeviceRegister configuration) => configuration.Value >> 16 & 3; // 1 rising (set), 2 falling (clear), 3 toggle

    // A pin belongs to the channel that was configured for it; what no channel has goes back to the port.
    private void Configure(int channel)
    {
        if (System.Pins is not { } pins) return;
        for (var pin = 0; pin < NrfGpio.Pins; pin++)
        {
            if (pin == Pin(_configuration[channel]) && Mode(_configuration[channel]) == TaskMode) continue;
            if (!_configuration.Any(other => Mode(other) == TaskMode && Pin(other) == pin)) pins.Take(pin, taken: false, level: false);
        }
        if (Mode(_configuration[channel]) == TaskMode)
            pins.Take(Pin(_configuration[channel]), taken: true, level: (_configuration[channel].Value >> 20 & 1) != 0);
    }

    private void Out(int channel)
    {
        var configuration = _configuration[channel];
        if (Mode(configuration) != TaskMode || System.Pins is not { } pins) return;
        var pin = Pin(configuration);
        if (Polarity(configuration) == 0) return;
        pins.Drive(pin, Polarity(configuration) switch { 1 => true, 2 => false, _ => !pins.Level(pin) });
    }

    private void OnPin(int pin, bool level)
    {
        for (var i = 0; i < Channels; i++)
        {
            var configuration = _configuration[i];
            if (Mode(configuration) != EventMode || Pin(configuration) != pin) continue;
            if ((Polarity(configuration) & (level ? 1 : 2)) != 0) Fire(_in[i]);
        }
    }
}
