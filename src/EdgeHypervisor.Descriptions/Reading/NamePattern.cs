// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions.Reading;

/// <summary>What a name may consist of. Written out, since .NET's regular expressions cost a short run more than all of its names do.</summary>
/// <param name="first">The characters that it may begin with.</param>
/// <param name="rest">Those that may follow.</param>
/// <param name="maximumLength">How long it may be.</param>
internal sealed class NamePattern(Func<char, bool> first, Func<char, bool> rest, int maximumLength)
{
    public bool IsMatch(ReadOnlySpan<char> text)
    {
        if (text.Length == 0 || text.Length > maximumLength || !first(text[0])) return false;
        foreach (var character in text[1..])
        {
            if (!rest(character)) return false;
        }
        return true;
    }
}
