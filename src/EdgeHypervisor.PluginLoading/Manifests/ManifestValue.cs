// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>What stands in a field of a manifest, or in a list there.</summary>
/// <param name="Kind">JSON's word for it: <c>String</c>, <c>Array</c>, <c>Number</c> and so on.</param>
/// <param name="Text">The text of a string; null where that is no valid text, and of all else.</param>
/// <param name="Items">What an array holds; empty of all else.</param>
internal sealed record ManifestValue(string Kind, string? Text, ManifestValue[] Items)
{
    public const string String = "String", Array = "Array";

    public static ManifestValue Of(string? text) => new(String, text, []);

    public static ManifestValue Of(ManifestValue[] items) => new(Array, null, items);
}
