// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace EdgeHypervisor.Runtime;

/// <summary>Writes a device tree in the form that boot loaders and kernels read.</summary>
/// <remarks>Devicetree Specification 0.4, chapter 5: flattened device tree, version 17, compatible with 16.</remarks>
internal sealed class FlattenedDeviceTree
{
    private const uint Magic = 0xD00DFEED, Version = 17, LastCompatibleVersion = 16;
    private const uint BeginNode = 1, EndNode = 2, Property = 3, End = 9;
    private const int HeaderBytes = 40, ReservationBytes = 16;

    private readonly MemoryStream _structure = new();
    private readonly MemoryStream _strings = new();
    private readonly Dictionary<string, int> _stringOffsets = new(StringComparer.Ordinal);

    private FlattenedDeviceTree()
    {
    }

    /// <summary>The tree as a blob; its length is a multiple of four.</summary>
    public static byte[] Write(DeviceTreeNode root)
    {
        var writer = new FlattenedDeviceTree();
        writer.WriteNode(root);
        writer.WriteCell(End);
        return writer.Assemble();
    }

    private void WriteNode(DeviceTreeNode node)
    {
        WriteCell(BeginNode);
        WritePadded([.. Encoding.ASCII.GetBytes(node.Name), 0]);
        foreach (var property in node.Properties) WriteProperty(property);
        foreach (var child in node.Children) WriteNode(child);
        WriteCell(EndNode);
    }

    private void WriteProperty(DeviceTreeProperty property)
    {
        WriteCell(Property);
        WriteCell((uint)property.Value.Length);
        WriteCell((uint)OffsetOf(property.Name));
        WritePadded(property.Value.Span);
    }

    private int OffsetOf(string name)
    {
        if (_stringOffsets.TryGetValue(name, out var offset)) return offset;
        offset = (int)_strings.Length;
        _strings.Write(Encoding.ASCII.GetBytes(name));
        _strings.WriteByte(0);
        return _stringOffsets[name] = offset;
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

    /// <summary>Header, an empty list of reserved memory, structure, strings.</summary>
    private byte[] Assemble()
    {
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
}
