// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace EdgeHypervisor.Migration;

/// <summary>What a source tells a destination about a VM before anything else is sent.</summary>
public sealed record VmOffer
{
    /// <summary>The longest <see cref="Description"/>, in bytes.</summary>
    public const int MaximumDescriptionBytes = 48 * 1024;

    /// <summary>The most regions of a VM.</summary>
    public const int MaximumRegions = 64;

    /// <summary>The VM's id: given at its creation, never used for another VM. 1 to 64 of <c>a-z 0-9 - _ .</c></summary>
    public required string Vm { get; init; }

    /// <summary>The VM's name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>What the board layer wants to know: manifest, machine, plugins with versions. Opaque to the migration.</summary>
    public required ReadOnlyMemory<byte> Description { get; init; }

    /// <summary>
    /// The pieces that are moved page by page: guest RAM, and whatever else is large and exists before the freeze, such as
    /// the firmware file (needed for a later reset).
    /// </summary>
    public required ImmutableArray<MovableRegion> Regions { get; init; }
}
