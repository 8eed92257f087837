// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Nrf51;

/// <summary>10-bit analogue-to-digital converter with eight inputs, prescaled, against an inner or outer reference.</summary>
/// <remarks>nRF51 Series Reference Manual v3.0, chapter 31. The supply is 3.3 V; both outer references are taken for 3.3 V.</remarks>
internal sealed class NrfAdc : NrfPeripheral
{
    private const double InnerVolts = 1.2, SupplyVolts = 3.3;
    private const long ConversionNs = 68_000;

    private readonly IAdcPort[] _inputs;
    private readonly Event _ended;
    private readonly DeviceRegister _configuration, _result;
    private readonly SavedTimer _conversion;

    public NrfAdc(IDeviceContext context) : base(context)
    {
        _inputs = Numbered.Make(8, context.Adc);
        _ended = AddEvent(0x100, "ended");
        _conversion = Map.Include("conversion", new SavedTimer(Clock, Sample));
        AddTask(0x00, () => _conversion.After(ConversionNs));
        AddTask(0x04, _conversion.Reset);
        Map.Read(0x400, () => _conversion.IsSet ? 1u : 0);
        Map.Add(0x500, "enable", bits: 3);
        _configuration = Map.Add(0x504, "configuration", reset: 0x18, bits: 0x3_FF7F);
        _result = Map.Hidden("result", bits: 0x3FF);
        Map.Read(0x508, () => _result.Value);
    }

    private void Sample()
    {
        var inputs = _configuration.Field(8, 8);
        if (inputs == 0) End(SupplyVolts);
        else _inputs[BitOperations.TrailingZeroCount(inputs)].Sample((_, microvolts) => End(microvolts / 1e6));
    }

    private void End(double volts)
    {
        var scale = _configuration.Field(2, 3) switch { 1 or 6 => 2.0 / 3, 2 or 5 => 1.0 / 3, _ => 1.0 };
        var reference = _configuration.Field(5, 2) switch { 0 => InnerVolts, 1 => SupplyVolts, 2 => SupplyVolts / 2, _ => SupplyVolts / 3 };
        var bits = 8 + (int)_configuration.Field(0, 2);
        var full = (1u << Math.Min(10, bits)) - 1;
        _result.Value = (uint)Math.Clamp(volts * scale / reference * (full + 1), 0, full);
        Fire(_ended);
    }
}
