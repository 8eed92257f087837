// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Nrf51;

/// <summary>TIMER: counts the 16 MHz clock or a task, with four compare and capture registers and shortcuts to clear and stop.</summary>
/// <remarks>nRF51 Series Reference Manual v3.0, chapter 18.</remarks>
internal sealed class NrfTimer : NrfCounter
{
    private const uint ClockHz = 16_000_000;
    private const int Channels = 4;
    private const int LargestPrescaler = 9;

    private readonly DeviceRegister _mode, _bits, _prescaler, _shorts;

    public NrfTimer(IDeviceContext context) : base(context, ClockHz, 1 << 4, Channels)
    {
        AddTask(0x00, Start);
        AddTask(0x04, Stop);
        AddTask(0x08, Count);
        AddTask(0x0C, () => Jump(0));
        AddTask(0x10, Stop);
        for (var i = 0; i < Channels; i++)
        {
            var channel = i;
            AddTask(0x40 + (4 * (uint)i), () => Capture(channel));
        }
        _shorts = Map.Add(0x200, "shorts", bits: 0xF0F);
        _mode = Map.Add(0x504, "mode", bits: 1);
        _bits = Map.Add(0x508, "bitMode", bits: 3);
        _prescaler = Map.Add(0x510, "prescaler", reset: 4, bits: 0xF, written: _ => SetRate());
    }

    protected override ulong Mask => _bits.Value switch { 0 => 0xFFFF, 1 => 0xFF, 2 => 0xFF_FFFF, _ => 0xFFFF_FFFF };

    protected override bool HasShortcuts => _shorts.Value != 0;

    protected override void OnCompared(int channel, Event reached)
    {
        if ((_shorts.Value >> channel & 1) != 0) ClearHere();
        if ((_shorts.Value >> (8 + channel) & 1) != 0) StopHere();
        Fire(reached);
    }

    private void Start()
    {
        if (_mode.Value == 0) Run();
    }

    // Counter mode, chapter 18.1.2.
    private void Count()
    {
        if (_mode.Value == 0) return;
        Jump(Value + 1);
        Reach(Value);
    }

    private void SetRate() => Counter.SetRate(ClockHz, 1u << (int)Math.Min(LargestPrescaler, _prescaler.Value));
}
