// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Stm32;

/// <summary>Analogue-to-digital converter: regular conversions of 16 inputs, one after the other of a sequence, started by software.</summary>
/// <remarks>
/// ST RM0033, chapter 10. The reference is 3.3 V. Not modelled: injected conversions, watchdog, external triggers, DMA, sampling
/// time (a conversion takes two microseconds), temperature (input 16 reads 25 °C).
/// </remarks>
internal sealed class StmAdc : RegisterDevice
{
    private const uint On = 1, Continuous = 2, EachConversion = 0x400, LeftAligned = 0x800, SoftwareStart = 1 << 30;
    private const uint Ended = 2, Started = 0x10;
    private const long ConversionNs = 2_000;
    private const double ReferenceVolts = 3.3, TemperatureVolts = 0.76, BandGapVolts = 1.21;

    private readonly IInterruptLine _irq;
    private readonly IAdcPort[] _inputs;
    private readonly SavedTimer _conversion;
    private readonly DeviceRegister _status, _control1, _control2, _position, _result;
    private readonly DeviceRegister[] _sequence;

    public StmAdc(IDeviceContext context) : base(context.Unassigned)
    {
        _irq = context.Output("irq");
        _inputs = Numbered.Make(16, context.Adc);
        _conversion = Map.Include("conversion", new SavedTimer(context.Clock, Convert));
        _status = Map.Hidden("status", bits: 0x3F);
        Map.Read(0x00, () => _status.Value).Write(0x00, bits => _status.Value &= bits);
        _control1 = Map.Add(0x04, "control1", bits: 0x07C0_FFFF);
        _control2 = Map.Add(0x08, "control2", bits: 0x7F7F_0F03, written: _ => StartChanged());
        Map.Add(0x0C, "sampleTime1");
        Map.Add(0x10, "sampleTime2");
        Map.AddRow(0x14, "injectedOffset", 4, bits: 0xFFF);
        Map.Add(0x24, "watchdogHigh", reset: 0xFFF, bits: 0xFFF);
        Map.Add(0x28, "watchdogLow", bits: 0xFFF);
        _sequence = Map.AddRow(0x2C, "sequence", 3);
        Map.Add(0x38, "injectedSequence");
        (_position, _result) = (Map.Hidden("position", bits: 15), Map.Hidden("result", bits: 0xFFFF));
        Map.Read(0x4C, () =>
        {
            _status.Set(Ended, false);
            return _result.Value;
        });
        Map.Add(0x304, "common", bits: 0xC3_EF1F);
    }

    public override uint WindowBytes => 0x400;

    private uint Length => _sequence[0].Field(20, 4) + 1;

    protected override void Update() => _irq.Drive(_control1.Has(0x20) && _status.Has(Ended));

    private void StartChanged()
    {
        if (!_control2.Has(On)) _conversion.Reset();
        if (!_control2.Has(On) || !_control2.Has(SoftwareStart)) return;
        _control2.Set(SoftwareStart, false);
        _position.Value = 0;
        _status.Set(Started);
        _conversion.After(ConversionNs);
    }

    private int Input()
    {
        var at = (int)_position.Value;
        return (int)(at < 6 ? _sequence[2].Field(5 * at, 5) : at < 12 ? _sequence[1].Field(5 * (at - 6), 5) : _sequence[0].Field(5 * (at - 12), 5));
    }

    private void Convert()
    {
        var input = Input();
        if (input < _inputs.Length) _inputs[input].Sample((_, microvolts) => End(microvolts / 1e6));
        else End(input == 16 ? TemperatureVolts : BandGapVolts);
    }

    private void End(double volts)
    {
        var bits = 12 - (2 * (int)_control1.Field(24, 2));
        var full = (1u << bits) - 1;
        _result.Value = (uint)Math.Clamp(volts / ReferenceVolts * full, 0, full) << (_control2.Has(LeftAligned) ? 16 - bits : 0);
        _position.Value = (_position.Value + 1) % Length;
        if (_position.Value == 0 || _control2.Has(EachConversion)) _status.Set(Ended);
        if (_position.Value != 0 || _control2.Has(Continuous)) _conversion.After(ConversionNs);
        Update();
    }
}
