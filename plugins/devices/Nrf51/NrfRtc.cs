// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Nrf51;

/// <summary>RTC: a 24-bit counter at 32,768 Hz over a prescaler, with a tick, an overflow and compare registers.</summary>
/// <remarks>nRF51 Series Reference Manual v3.0, chapter 19: an event happens only while it is enabled, as event or interrupt.</remarks>
internal sealed class NrfRtc : NrfCounter
{
    private const uint ClockHz = 32_768;
    private const ulong TriggeredOverflow = 0xFF_FFF0;

    private readonly DeviceRegister _eventEnable, _prescaler;
    private readonly Event _tick, _overflow;

    public NrfRtc(IDeviceContext context) : base(context, ClockHz, 1, (int)context.Options.GetInteger("channels", fallback: 4, minimum: 1, maximum: 4))
    {
        AddTask(0x00, Run);
        AddTask(0x04, Stop);
        AddTask(0x08, () => Jump(0));
        AddTask(0x0C, () => Jump(TriggeredOverflow));
        _tick = AddEvent(0x100, "tick");
        _overflow = AddEvent(0x104, "overflow");
        _eventEnable = Map.Add(0x340, "eventEnable", bits: 0xF_0003);
        Map.SetClear(0x344, 0x348, _eventEnable, bits: 0xF_0003);
        Map.Read(0x504, () => (uint)Value);
        _prescaler = Map.Add(0x508, "prescaler", bits: 0xFFF, written: _ => Counter.SetRate(ClockHz, _prescaler!.Value + 1));
    }

    protected override ulong Mask => 0xFF_FFFF;

    protected override bool HasShortcuts => false;

    protected override void OnCompared(int channel, Event reached) => FireEnabled(reached);

    protected override void OnReached(ulong value)
    {
        if (value == 0) FireEnabled(_overflow);
        FireEnabled(_tick);
        base.OnReached(value);
    }

    protected override ulong UntilNext(ulong from)
    {
        if (IsEnabled(_tick)) return 1;
        return Math.Min(base.UntilNext(from), Distance(from, 0));
    }

    private bool IsEnabled(Event one) => ((_eventEnable.Value | InterruptEnable.Value) & one.Bit) != 0;

    private void FireEnabled(Event one)
    {
        if (IsEnabled(one)) Fire(one);
    }
}
