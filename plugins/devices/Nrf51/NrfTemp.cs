// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Nrf51;

/// <summary>Temperature sensor: the die is as warm as the option says, in quarters of a degree.</summary>
/// <remarks>nRF51 Series Reference Manual v3.0, chapter 22; a conversion takes 35 microseconds.</remarks>
internal sealed class NrfTemp : NrfPeripheral
{
    public NrfTemp(IDeviceContext context) : base(context)
    {
        var quarters = (uint)(int)Math.Round(context.Options.GetNumber("celsius", 21) * 4);
        var ready = AddEvent(0x100, "dataReady");
        var value = Map.Hidden("value");
        var conversion = Map.Include("conversion", new SavedTimer(Clock, () =>
        {
            value.Value = quarters;
            Fire(ready);
        }));
        AddTask(0x00, () => conversion.After(35_000));
        AddTask(0x04, conversion.Reset);
        Map.Read(0x508, () => value.Value);
    }
}
