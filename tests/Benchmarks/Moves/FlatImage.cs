// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Benchmarks;

/// <summary>A sample guest as a flat image of RAM, with its parameters in it (firmware-images/common/parameters.h): a manifest alone starts it so.</summary>
internal static class FlatImage
{
    private const ulong Ram = 0x8000_0000;
    private const int ParametersOffset = 0x800;

    public static byte[] WithParameters(string elf, params (int Index, uint Value)[] parameters)
    {
        var image = FirmwareImage.Load(elf);
        var flat = new byte[image.Segments.Max(segment => (long)(segment.Address - Ram) + segment.Bytes.Length)];
        foreach (var segment in image.Segments) segment.Bytes.Span.CopyTo(flat.AsSpan((int)(segment.Address - Ram)));
        foreach (var (index, value) in parameters) BinaryPrimitives.WriteUInt32LittleEndian(flat.AsSpan(ParametersOffset + (index * sizeof(uint))), value);
        return flat;
    }
}
