// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>
/// How big a description may be. A manifest may come from another board, so reading one must cost little whatever it says.
/// </summary>
public static class DescriptionLimits
{
    /// <summary>Longest file, in UTF-8 bytes.</summary>
    public const int FileBytes = 256 * 1024;

    /// <summary>Deepest nesting of mappings and lists.</summary>
    public const int Depth = 16;

    /// <summary>Most scalars, lists and mappings together.</summary>
    public const int Nodes = 20_000;

    /// <summary>Most errors told of one file.</summary>
    public const int Errors = 50;

    /// <summary>Longest range that a shorthand such as <c>irq0..31</c> may stand for.</summary>
    public const int RangeLength = 1024;
}
