// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace EdgeHypervisor.Abstractions;

/// <summary>A property of a device-tree node.</summary>
/// <param name="Name">Its name, at most 31 characters.</param>
/// <param name="Value">Its value as it stands in the tree: cells big-endian, texts ended by a zero byte.</param>
/// <remarks>Devicetree Specification 0.4, section 2.2.4.</remarks>
public sealed record DeviceTreeProperty(string Name, ReadOnlyMemory<byte> Value)
{
    /// <summary>A property that says all by being there.</summary>
    public static DeviceTreeProperty Flag(string name) => new(name, ReadOnlyMemory<byte>.Empty);

    /// <summary>A row of 32-bit numbers.</summary>
    public static DeviceTreeProperty Cells(string name, params ReadOnlySpan<uint> cells)
    {
        var value = new byte[cells.Length * 4];
        for (var i = 0; i < cells.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(value.AsSpan(4 * i), cells[i]);
        return new DeviceTreeProperty(name, value);
    }

    /// <summary>One text, or a list of them.</summary>
    public static DeviceTreeProperty Text(string name, params ReadOnlySpan<string> texts) =>
        new(name, texts.IsEmpty ? ReadOnlyMemory<byte>.Empty : Encoding.ASCII.GetBytes(string.Join('\0', texts) + '\0'));
}
