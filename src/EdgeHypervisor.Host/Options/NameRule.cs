// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace EdgeHypervisor.Host;

/// <summary>What names of boards, VMs and snapshots look like: they become parts of topics, paths and file names.</summary>
internal static class NameRule
{
    public const string InWords = "lower-case letters, digits and dashes, 1 to 63 of them, not beginning or ending with a dash";
    private const int Longest = 63;
    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    public static bool IsName(string text) =>
        text.Length is > 0 and <= Longest && text[0] != '-' && text[^1] != '-' && !text.AsSpan().ContainsAnyExcept(Allowed);
}
