// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A node of a device tree under construction.</summary>
/// <param name="name">Its name with its unit address; empty for the root.</param>
internal sealed class DeviceTreeNode(string name)
{
    private readonly List<DeviceTreeProperty> _properties = [];
    private readonly List<DeviceTreeNode> _children = [];

    public string Name { get; } = name;

    public IReadOnlyList<DeviceTreeProperty> Properties => _properties;

    public IReadOnlyList<DeviceTreeNode> Children => _children;

    /// <summary>Adds a child and returns it.</summary>
    public DeviceTreeNode Add(string name) => Add(new DeviceTreeNode(name));

    public DeviceTreeNode Add(DeviceTreeNode child)
    {
        _children.Add(child);
        return child;
    }

    /// <summary>Adds a property and returns this node.</summary>
    public DeviceTreeNode With(DeviceTreeProperty property)
    {
        _properties.Add(property);
        return this;
    }

    public DeviceTreeNode Flag(string name) => With(DeviceTreeProperty.Flag(name));

    public DeviceTreeNode Cells(string name, params ReadOnlySpan<uint> cells) => With(DeviceTreeProperty.Cells(name, cells));

    public DeviceTreeNode Text(string name, params IEnumerable<string> texts) => With(DeviceTreeProperty.Text(name, texts));

    /// <summary>How the addresses of its children are written.</summary>
    public DeviceTreeNode AddressCells(uint addressCells, uint sizeCells) =>
        Cells("#address-cells", addressCells).Cells("#size-cells", sizeCells);

    /// <summary>A range of addresses, two cells each.</summary>
    public DeviceTreeNode Range(string name, ulong start, ulong length)
    {
        uint[] cells = [(uint)(start >> 32), (uint)start, (uint)(length >> 32), (uint)length];
        return Cells(name, cells);
    }
}
