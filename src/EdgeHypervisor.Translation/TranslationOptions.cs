// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>How much of the guest goes into a region, and how it is translated.</summary>
public sealed record TranslationOptions
{
    /// <summary>
    /// Guest instructions in a region, with inlined calls. RyuJIT stops optimising between 40 and 46 KB of IL, which is
    /// above 1,200 guest instructions.
    /// </summary>
    public int MaximumInstructions { get; init; } = 1000;

    /// <summary>How deep calls are followed into copies of their callees; 0: not at all.</summary>
    public int MaximumCallDepth { get; init; } = 3;

    /// <summary>Guest instructions of a callee, its own callees included, beyond which it is not copied into its callers.</summary>
    public int MaximumInlinedInstructions { get; init; } = 200;

    /// <summary>How often 3,000 jumps have to go to a place before RyuJIT compiles its region, where it runs as the baseline compiler has left it.</summary>
    public int TimesHot { get; init; } = 20;

    /// <summary>The same where it is interpreted.</summary>
    public int TimesHotInterpreted { get; init; } = 1;

    /// <summary>
    /// By what that is multiplied for a place that a block of another region begins at, made or under way: control enters that elsewhere, and comes here by it. A region of its own
    /// is made of the same code once more; where it is the head of an inner loop that may be worth it.
    /// </summary>
    public int TimesMoreWhereCovered { get; init; } = 1;

    /// <summary>Where a loop in the middle is what is hot, the region is that loop.</summary>
    public bool PrefersInnerLoops { get; init; } = true;

    /// <summary>Callees are part of the region.</summary>
    public bool FollowsCalls { get; init; } = true;

    /// <summary>What suits the baseline compiler, which keeps nothing from block to block: its regions go from one to the other as fast as a look-up.</summary>
    internal TranslationOptions ForBaseline => this with { MaximumInstructions = 200, FollowsCalls = false, PrefersInnerLoops = false };

    /// <summary>
    /// Count instructions exactly: the region ends at the very instruction where the budget is used up. Otherwise only
    /// the stop request ends it, which is faster.
    /// </summary>
    public bool ExactCount { get; init; }
}
