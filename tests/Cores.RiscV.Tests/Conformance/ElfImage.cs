// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>As much of a little-endian ELF file as the official vectors need: segments and symbols.</summary>
internal sealed class ElfImage
{
    private readonly byte[] _file;
    private readonly bool _is64;

    public ElfImage(string path)
    {
        _file = File.ReadAllBytes(path);
        _is64 = _file[4] == 2;
    }

    public ulong Entry => Address(0x18);

    /// <summary>Each loadable segment: physical address, file bytes, size in memory.</summary>
    public IEnumerable<(ulong Address, ReadOnlyMemory<byte> Bytes, ulong SizeBytes)> Segments()
    {
        var at = (int)Address(_is64 ? 0x20 : 0x1C);
        var size = Half(_is64 ? 0x36 : 0x2A);
        var count = Half(_is64 ? 0x38 : 0x2C);
        for (var i = 0; i < count; i++, at += size)
        {
            if (Word(at) != 1) continue;
            var offset = (int)Address(at + (_is64 ? 8 : 4));
            var physical = Address(at + (_is64 ? 24 : 12));
            var length = (int)Address(at + (_is64 ? 32 : 16));
            yield return (physical, _file.AsMemory(offset, length), Address(at + (_is64 ? 40 : 20)));
        }
    }

    public ulong? FindSymbol(string name)
    {
        var at = (int)Address(_is64 ? 0x28 : 0x20);
        var size = Half(_is64 ? 0x3A : 0x2E);
        var count = Half(_is64 ? 0x3C : 0x30);
        for (var i = 0; i < count; i++)
        {
            var header = at + i * size;
            if (Word(header + 4) != 2) continue;
            var strings = at + (int)Word(header + (_is64 ? 40 : 24)) * size;
            return FindIn(SectionOffset(header), SectionSize(header), SectionOffset(strings), name);
        }
        return null;
    }

    private ulong? FindIn(int table, int tableSize, int strings, string name)
    {
        var size = _is64 ? 24 : 16;
        for (var at = table; at < table + tableSize; at += size)
        {
            if (Text(strings + (int)Word(at)) == name) return Address(at + (_is64 ? 8 : 4));
        }
        return null;
    }

    private int SectionOffset(int header) => (int)Address(header + (_is64 ? 24 : 16));

    private int SectionSize(int header) => (int)Address(header + (_is64 ? 32 : 20));

    private string Text(int at) => System.Text.Encoding.ASCII.GetString(_file, at, Array.IndexOf(_file, (byte)0, at) - at);

    private ulong Address(int at) => _is64 ? BinaryPrimitives.ReadUInt64LittleEndian(_file.AsSpan(at)) : Word(at);

    private uint Word(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_file.AsSpan(at));

    private int Half(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_file.AsSpan(at));
}
