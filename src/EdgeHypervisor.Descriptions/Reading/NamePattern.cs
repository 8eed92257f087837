// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions.Reading;

/// <summary>
/// What a name may consist of: lower-case letters, digits and some signs. Written out, since .NET's regular expressions cost a short run more
/// than all of its names do.
/// </summary>
/// <param name="mayBeginWithDigit">Whether it may begin with a digit, too; else with a letter only.</param>
/// <param name="signs">The signs that may follow.</param>
/// <param name="maximumLength">How long it may be.</param>
internal sealed class NamePattern(bool mayBeginWithDigit, string signs, int maximumLength)
{
    public bool IsMatch(ReadOnlySpan<char> text)
    {
        if (text.Length == 0 || text.Length > maximumLength) return false;
        if (!char.IsAsciiLetterLower(text[0]) && !(mayBeginWithDigit && char.IsAsciiDigit(text[0]))) return false;
        foreach (var character in text[1..])
        {
            if (!char.IsAsciiLetterLower(character) && !char.IsAsciiDigit(character) && !signs.Contains(character)) return false;
        }
        return true;
    }
}
