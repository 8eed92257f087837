// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>A remembered way into a region, good while nothing has changed that the translation unit asks about.</summary>
/// <param name="Address">The virtual address of the entry.</param>
/// <param name="Stamp">When it was found.</param>
/// <param name="Context">The view of memory.</param>
/// <param name="Code">The code.</param>
/// <param name="Index">Which of its entries.</param>
internal readonly record struct RegionLink(ulong Address, long Stamp, RegionContext Context, RegionCode Code, int Index);
