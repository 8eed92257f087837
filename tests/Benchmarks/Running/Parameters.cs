// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Benchmarks;

/// <summary>The parameter words of our images: see firmware-images/README.md.</summary>
internal static class Parameters
{
    public const uint Base = 0x8000_0800;

    public static FirmwareSegment Segment(uint iterations, uint at = Base)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, iterations);
        return new FirmwareSegment(at, bytes);
    }
}
