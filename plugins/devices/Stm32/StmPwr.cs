// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Stm32;

/// <summary>Power control: the regulator and over-drive are ready at once.</summary>
/// <remarks>ST RM0033, chapter 4. Not modelled: stop and standby.</remarks>
internal sealed class StmPwr : RegisterDevice
{
    public StmPwr(IDeviceContext context) : base(context.Unassigned)
    {
        var control = Map.Add(0x00, "control", reset: 0xC000, bits: 0xF_FFFF);
        Map.Read(0x04, () => 0x4000u | (control.Value & 0x3_0000)); // VOSRDY, ODRDY, ODSWRDY
    }

    public override uint WindowBytes => 0x400;
}
