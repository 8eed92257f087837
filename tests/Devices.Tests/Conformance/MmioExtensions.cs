// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Conformance;

internal static class MmioExtensions
{
    public static byte Read8(this IMmioDevice device, uint offset) => (byte)device.Read(offset, AccessWidth.Byte);

    public static uint Read32(this IMmioDevice device, uint offset) => (uint)device.Read(offset, AccessWidth.Word);

    public static ulong Read64(this IMmioDevice device, uint offset) => device.Read(offset, AccessWidth.Double);

    public static void Write8(this IMmioDevice device, uint offset, byte value) => device.Write(offset, AccessWidth.Byte, value);

    public static void Write32(this IMmioDevice device, uint offset, uint value) => device.Write(offset, AccessWidth.Word, value);

    public static void Write64(this IMmioDevice device, uint offset, ulong value) => device.Write(offset, AccessWidth.Double, value);
}
