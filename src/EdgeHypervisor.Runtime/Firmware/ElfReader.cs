// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Runtime;

/// <summary>Reads little-endian fields of an ELF file, every one checked against the end of the file.</summary>
internal readonly ref struct ElfReader(string file, ReadOnlySpan<byte> bytes, bool is64)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Whether addresses and offsets have 64 bits.</summary>
    public bool Is64 { get; } = is64;

    /// <summary>Length of the file in bytes.</summary>
    public ulong Length => (ulong)_bytes.Length;

    public byte U8(ulong offset) => Slice(offset, 1)[0];

    public ushort U16(ulong offset) => BinaryPrimitives.ReadUInt16LittleEndian(Slice(offset, 2));

    public uint U32(ulong offset) => BinaryPrimitives.ReadUInt32LittleEndian(Slice(offset, 4));

    /// <summary>An address, offset or size: 4 bytes in a 32-bit file, else 8.</summary>
    public ulong Word(ulong offset) => Is64 ? BinaryPrimitives.ReadUInt64LittleEndian(Slice(offset, 8)) : U32(offset);

    public ReadOnlySpan<byte> Slice(ulong offset, ulong lengthBytes)
    {
        if (offset > Length || lengthBytes > Length - offset)
            throw Error(offset, $"needs {lengthBytes} bytes, but the file ends at 0x{Length:x}: is it truncated?");
        return _bytes.Slice((int)offset, (int)lengthBytes);
    }

    public FirmwareException Error(ulong offset, string problem) => new(file, (long)Math.Min(offset, long.MaxValue), problem);
}
