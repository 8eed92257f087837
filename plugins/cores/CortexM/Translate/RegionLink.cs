// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Translation;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>A remembered way into a region, good while nothing has changed that <see cref="TranslationUnit"/> asks about.</summary>
/// <param name="Address">The virtual address of the entry.</param>
/// <param name="Stamp">When it was found.</param>
/// <param name="Code">The code.</param>
/// <param name="Index">Which of its entries.</param>
internal readonly record struct RegionLink(ulong Address, long Stamp, RegionCode Code, int Index);
