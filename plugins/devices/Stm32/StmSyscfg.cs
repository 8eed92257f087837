// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Stm32;

/// <summary>System configuration: which port each EXTI line listens to.</summary>
/// <remarks>ST RM0033, chapter 7. Not modelled: remapping memory at address 0 (it shows the flash).</remarks>
internal sealed class StmSyscfg : RegisterDevice
{
    public StmSyscfg(IDeviceContext context) : base(context.Unassigned)
    {
        Map.Add(0x00, "memoryRemap", bits: 3);
        Map.Add(0x04, "peripheralMode");
        var lines = Map.AddRow(0x08, "externalInterrupt", 4, bits: 0xFFFF);
        Map.Read(0x20, () => 0x100); // the compensation cell is ready
        context.Share(() => new PinBank()).PortOfLine = line => (int)lines[line / 4].Field(4 * (line % 4), 4);
    }

    public override uint WindowBytes => 0x400;
}
