// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>What a guest sees: core, memory map and devices (<c>kind: Machine</c>).</summary>
public sealed record MachineDescription : IDescription
{
    /// <summary>The machine's name, which manifests ask for: <c>virt-rv64</c>.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public string Description { get; init; } = "";

    /// <summary>The CPU.</summary>
    public required CoreDescription Core { get; init; }

    /// <summary>RAM and ROM, in the order of the file.</summary>
    public required IReadOnlyList<MemoryRegionDescription> Memory { get; init; }

    /// <summary>In the order of the file, which is the order in which they are made, reset and saved.</summary>
    public IReadOnlyList<DeviceDescription> Devices { get; init; } = [];

    /// <inheritdoc/>
    public SourceLocation Where { get; init; } = SourceLocation.None;
}
