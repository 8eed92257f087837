// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>A piece of guest memory.</summary>
public sealed record MemoryRegionDescription
{
    /// <summary>Its name: <c>ram</c>, <c>flash</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Guest-physical address of its first byte; a multiple of 4096.</summary>
    public required ulong At { get; init; }

    /// <summary>Length in bytes, a multiple of 4096; null for the one region whose size is the VM's <c>memory</c>.</summary>
    public ulong? SizeBytes { get; init; }

    /// <summary>Whether the guest cannot write it.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Where it stands.</summary>
    public SourceLocation Where { get; init; } = SourceLocation.None;
}
