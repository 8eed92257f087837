// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>A piece of guest memory.</summary>
public sealed record MemoryRegionDescription
{
    /// <summary>Its name: <c>ram</c>, <c>flash</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Guest-physical address of its first byte; a multiple of 4096.</summary>
    public required ulong At { get; init; }

    /// <summary>
    /// Length in bytes, a multiple of 4096; null for the one region whose size is the VM's <c>memory</c>, or for an alias of all
    /// that follows its offset.
    /// </summary>
    public ulong? SizeBytes { get; init; }

    /// <summary>Whether the guest's stores cannot write it.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>For flash: what an erased byte holds. Flash is read-only but for a device that programs it, and survives resets.</summary>
    public byte? Erased { get; init; }

    /// <summary>For an alias: the region that it shows at another address.</summary>
    public string? AliasOf { get; init; }

    /// <summary>For an alias: where in that region it begins.</summary>
    public ulong AliasOffset { get; init; }

    /// <summary>Where it stands.</summary>
    public SourceLocation Where { get; init; } = SourceLocation.None;
}
