// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Nrf51;

/// <summary>A block that is there and does nothing (radio, encryption, decoders): its registers hold what is written, no event comes.</summary>
internal sealed class NrfQuiet : RegisterDevice
{
    public NrfQuiet(IDeviceContext context) : base(context.Unassigned)
    {
        for (var offset = 0x100u; offset < 0x180; offset += 4) Map.Add(offset, $"event{offset:x}", bits: 1);
        for (var offset = 0x500u; offset < 0x580; offset += 4) Map.Add(offset, $"register{offset:x}");
        var enable = Map.Add(0x300, "interruptEnable");
        Map.SetClear(0x304, 0x308, enable);
        Map.Add(0x200, "shorts");
        Map.Add(0xFFC, "power", reset: 1, bits: 1);
    }
}
