// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Where a piece of guest memory lies.</summary>
/// <param name="Name">Its name in the machine: <c>ram</c>, <c>flash</c>.</param>
/// <param name="Start">Guest address of the first byte, a multiple of 4096.</param>
/// <param name="LengthBytes">Length, a multiple of 4096.</param>
/// <param name="ReadOnly">Whether the guest cannot write it.</param>
public sealed record RegionLayout(string Name, ulong Start, ulong LengthBytes, bool ReadOnly = false)
{
    /// <summary>
    /// For flash: what a byte holds that was never programmed. Flash keeps what it holds over resets and power-offs, so
    /// firmware is loaded into it once. Null for RAM and ROM.
    /// </summary>
    public byte? Erased { get; init; }

    /// <summary>For an alias: the region whose bytes it shows; it has none of its own.</summary>
    public string? AliasOf { get; init; }

    /// <summary>For an alias: where in that region it begins.</summary>
    public ulong AliasOffset { get; init; }
}
