// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Stm32;

/// <summary>Reset and clock control: oscillators and PLLs are ready as soon as they are on, and the system clock is the one that was asked for.</summary>
/// <remarks>ST RM0033, chapter 5. Not modelled: the effect of clocks and resets on other blocks; timers run at the speed that their options say.</remarks>
internal sealed class StmRcc : RegisterDevice
{
    public StmRcc(IDeviceContext context) : base(context.Unassigned)
    {
        var control = Map.Add(0x00, "control", reset: 0x0000_0081, bits: 0x150D_00F9);
        // HSIRDY, HSERDY, PLLRDY, PLLI2SRDY and PLLSAIRDY stand one above the bits that turn them on.
        Map.Read(0x00, () => control.Value | ((control.Value & 0x1501_0001) << 1));
        Map.Add(0x04, "pll", reset: 0x2400_3010);
        var configuration = Map.Add(0x08, "configuration", bits: 0xFFFF_FFF3);
        Map.Read(0x08, () => configuration.Value | (configuration.Value & 3) << 2);
        Map.Add(0x0C, "interrupts", bits: 0x3F00);
        foreach (var offset in (ReadOnlySpan<uint>)[0x10, 0x14, 0x18, 0x20, 0x24]) Map.Add(offset, $"reset{offset:x}");
        foreach (var offset in (ReadOnlySpan<uint>)[0x30, 0x34, 0x38, 0x40, 0x44, 0x50, 0x54, 0x58, 0x60, 0x64])
            Map.Add(offset, $"enable{offset:x}", reset: offset == 0x30 ? 0x0010_0000u : 0);
        var backup = Map.Add(0x70, "backup", bits: 0x1_8305);
        Map.Read(0x70, () => backup.Value | (backup.Value & 1) << 1);
        var status = Map.Add(0x74, "status", reset: 0x0E00_0000, bits: 0xFF00_0001);
        Map.Read(0x74, () => status.Value | (status.Value & 1) << 1);
        Map.Add(0x80, "spreadSpectrum");
        Map.Add(0x84, "plli2s", reset: 0x2000_3000);
        Map.Add(0x88, "pllsai", reset: 0x2400_3000);
        Map.Add(0x8C, "dedicated");
    }

    public override uint WindowBytes => 0x400;
}
