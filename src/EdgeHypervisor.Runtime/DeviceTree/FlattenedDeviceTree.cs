// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace EdgeHypervisor.Runtime;

/// <summary>Writes a device tree in the form that boot loaders and kernels read: node by node, the properties of each before its children.</summary>
/// <remarks>Devicetree Specification 0.4, chapter 5: flattened device tree, version 17, compatible with 16.</remarks>
internal sealed class FlattenedDeviceTree
{
    private const uint Magic = 0xD00DFEED, Version = 17, LastCompatibleVersion = 16;
    private const uint BeginNode = 1, EndNode = 2, BeginProperty = 3, EndTree = 9;
    private const int HeaderBytes = 40, ReservationBytes = 16;

    private readonly MemoryStream _structure = new();
    private readonly MemoryStream _strings = new();
    private readonly List<string> _names = []; // of properties, as they stand in _strings

    /// <summary>Begins a node below the one that is open; the first is the root, whose name is empty.</summary>
    /// <param name="name">Its name with its unit address.</param>
    public FlattenedDeviceTree Begin(string name)
    {
        WriteCell(BeginNode);
        WritePadded(Encoding.ASCII.GetBytes(name + '\0'));
        return this;
    }

    /// <summary>Ends the node that was begun last.</summary>
    public void End() => WriteCell(EndNode);

    /// <summary>Adds a property to the open node.</summary>
    public FlattenedDeviceTree Add(string name, ReadOnlySpan<byte> value)
    {
        WriteCell(BeginProperty);
        WriteCell((uint)value.Length);
        WriteCell((uint)OffsetOf(name));
        WritePadded(value);
        return this;
    }

    public FlattenedDeviceTree Add(DeviceTreeProperty property) => Add(property.Name, property.Value.Span);

    public FlattenedDeviceTree Flag(string name) => Add(name, default);

    public FlattenedDeviceTree Cells(string name, params ReadOnlySpan<uint> cells) => Add(DeviceTreeProperty.Cells(name, cells));

    public FlattenedDeviceTree Text(string name, params ReadOnlySpan<string> texts) => Add(DeviceTreeProperty.Text(name, texts));

    /// <summary>How the addresses of its children are written.</summary>
    public FlattenedDeviceTree AddressCells(uint addressCells, uint sizeCells) =>
        Cells("#address-cells", addressCells).Cells("#size-cells", sizeCells);

    /// <summary>An address of two cells.</summary>
    public FlattenedDeviceTree Address(string name, ulong address)
    {
        uint[] cells = [(uint)(address >> 32), (uint)address];
        return Cells(name, cells);
    }

    /// <summary>A range of addresses, two cells each.</summary>
    public FlattenedDeviceTree Range(string name, ulong start, ulong length)
    {
        uint[] cells = [(uint)(start >> 32), (uint)start, (uint)(length >> 32), (uint)length];
        return Cells(name, cells);
    }

    /// <summary>The tree as a blob, once all nodes are ended: header, an empty list of reserved memory, structure, strings. Its length is a multiple of four.</summary>
    public byte[] ToBlob()
    {
        WriteCell(EndTree);
        var structureAt = HeaderBytes + ReservationBytes;
        var stringsAt = structureAt + (int)_structure.Length;
        var total = stringsAt + (int)_strings.Length + 3 & ~3;
        uint[] header =
        [
            Magic, (uint)total, (uint)structureAt, (uint)stringsAt, HeaderBytes, Version, LastCompatibleVersion, 0,
            (uint)_strings.Length, (uint)_structure.Length,
        ];
        var blob = new byte[total];
        for (var i = 0; i < header.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(blob.AsSpan(4 * i), header[i]);
        _structure.ToArray().CopyTo(blob, structureAt);
        _strings.ToArray().CopyTo(blob, stringsAt);
        return blob;
    }

    // There are some fifty names, of a byte for each character.
    private int OffsetOf(string name)
    {
        var offset = 0;
        foreach (var known in _names)
        {
            if (known == name) return offset;
            offset += known.Length + 1;
        }
        _names.Add(name);
        foreach (var character in name) _strings.WriteByte(char.IsAscii(character) ? (byte)character : (byte)'?');
        _strings.WriteByte(0);
        return offset;
    }

    private void WriteCell(uint value)
    {
        Span<byte> cell = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(cell, value);
        _structure.Write(cell);
    }

    private void WritePadded(ReadOnlySpan<byte> bytes)
    {
        _structure.Write(bytes);
        for (var i = bytes.Length; i % 4 != 0; i++) _structure.WriteByte(0);
    }
}
