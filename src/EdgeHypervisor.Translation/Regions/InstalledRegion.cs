// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Translation;

/// <summary>A translated region of a core, and what has to hold for it to be entered.</summary>
/// <param name="code">The code.</param>
/// <param name="pages">The pages it was made from: virtual page number and where that was.</param>
/// <param name="context">The view of memory it was made for.</param>
internal sealed class InstalledRegion(CompiledRegion code, CodePage[] pages, RegionContext context)
{
    /// <summary>The code.</summary>
    public CompiledRegion Code { get; } = code;

    /// <summary>The pages it was made from.</summary>
    public CodePage[] Pages { get; } = pages;

    /// <summary>The view of memory it was made for.</summary>
    public RegionContext Context { get; } = context;

    /// <summary>Its entries, as the unit numbers them; empty once it is dropped.</summary>
    public List<int> Entries { get; } = [];

    /// <summary>The core's translation epoch in which its pages were last found where they were.</summary>
    public long VerifiedEpoch { get; set; }

    /// <summary>How often registers did not hold what it takes for granted.</summary>
    public int Surprises { get; set; }
}

/// <summary>Where a virtual page of code lies.</summary>
/// <param name="Number">The virtual page number.</param>
/// <param name="Region">The piece of memory.</param>
/// <param name="Page">The page in it.</param>
internal readonly record struct CodePage(ulong Number, RamRegion Region, ulong Page);
