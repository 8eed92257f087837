// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Descriptions;

/// <summary>An output or input, and perhaps its number or a run of numbers: <c>irq</c>, <c>irq3</c>, <c>irq0..31</c>.</summary>
/// <param name="Stem">What stands before the number.</param>
/// <param name="First">The number, or the first of the run.</param>
/// <param name="Last">The last of the run.</param>
internal sealed record WireEnd(string Stem, int? First, int? Last)
{
    private const string RunMark = "..";
    private const int MostDigits = 5;

    /// <summary>An output: a word, whose digits count as part of it where there is no run.</summary>
    public static WireEnd? ParseOutput(string text)
    {
        var dots = text.IndexOf(RunMark, StringComparison.Ordinal);
        if (dots < 0) return IsWord(text) ? new WireEnd(text, null, null) : null;
        var digits = dots;
        while (digits > 1 && dots - digits < MostDigits && char.IsAsciiDigit(text[digits - 1])) digits--;
        return IsWord(text.AsSpan(0, digits)) && Number(text.AsSpan(digits, dots - digits)) is { } first && Number(text.AsSpan(dots + RunMark.Length)) is { } last
            ? new WireEnd(text[..digits], first, last)
            : null;
    }

    /// <summary>An input: letters, a number or a run, or letters and those.</summary>
    public static WireEnd? ParseInput(string text)
    {
        var letters = 0;
        while (letters < text.Length && char.IsAsciiLetter(text[letters])) letters++;
        var (stem, rest) = (text[..letters], text[letters..]);
        if (rest.Length == 0) return stem.Length > 0 ? new WireEnd(stem, null, null) : null;
        var dots = rest.IndexOf(RunMark, StringComparison.Ordinal);
        if (Number(dots < 0 ? rest : rest.AsSpan(0, dots)) is not { } first) return null;
        if (dots < 0) return new WireEnd(stem, first, null);
        return Number(rest.AsSpan(dots + RunMark.Length)) is { } last ? new WireEnd(stem, first, last) : null;
    }

    /// <summary>The end with another number.</summary>
    public string With(int number) => Stem + number.ToString(CultureInfo.InvariantCulture);

    private static bool IsWord(ReadOnlySpan<char> text)
    {
        if (text.Length == 0 || !char.IsAsciiLetter(text[0])) return false;
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character)) return false;
        }
        return true;
    }

    private static int? Number(ReadOnlySpan<char> digits) =>
        digits.Length is > 0 and <= MostDigits && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
