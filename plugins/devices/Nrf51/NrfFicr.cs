// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Nrf51;

/// <summary>Factory information: sizes, the device's identity and address, which follow from the option <c>identity</c>.</summary>
/// <remarks>nRF51 Series Reference Manual v3.0, chapter 7.</remarks>
internal sealed class NrfFicr : RegisterDevice
{
    public NrfFicr(IDeviceContext context) : base(context.Unassigned)
    {
        var identity = SHA256.HashData(Encoding.UTF8.GetBytes(context.Options.GetString("identity", "edgehypervisor")));
        uint Word(int index) => BinaryPrimitives.ReadUInt32LittleEndian(identity.AsSpan(4 * index));
        var codePages = (uint)context.Options.GetInteger("codePages", fallback: 256, minimum: 1, maximum: 1024);
        for (var offset = 0u; offset < 0x100; offset += 4) Map.Constants(offset, uint.MaxValue);
        Map.Constants(0x10, 0x400, codePages);
        Map.Constants(0x28, uint.MaxValue, uint.MaxValue); // CLENR0, PPFC: no factory code
        Map.Constants(0x34, 2, 0x2000); // NUMRAMBLOCK, SIZERAMBLOCKS
        Map.Constants(0x5C, 0x0072_0000 | 0xFFFF); // CONFIGID: hardware 0x72 of the nRF51822 QFAA
        Map.Constants(0x60, Word(0), Word(1)); // DEVICEID
        Map.Constants(0xA0, 1, Word(2), Word(3)); // DEVICEADDRTYPE, DEVICEADDR
    }
}
