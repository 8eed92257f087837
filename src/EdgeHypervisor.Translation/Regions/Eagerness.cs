// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>What a translator waits for before it translates.</summary>
public enum Eagerness
{
    /// <summary>For code to be hot: first for the baseline compiler, then for RyuJIT.</summary>
    WhenHot,

    /// <summary>For nothing: the baseline compiler gets all that runs, RyuJIT nothing. For tests.</summary>
    Baseline,

    /// <summary>For nothing: RyuJIT gets all that runs, at once. For tests.</summary>
    Optimised,
}
