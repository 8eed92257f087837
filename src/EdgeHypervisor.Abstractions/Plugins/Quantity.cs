// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace EdgeHypervisor.Abstractions;

/// <summary>How description files write numbers: whole numbers (decimal, 0x-hexadecimal, <c>_</c> between digits) and sizes.</summary>
public static class Quantity
{
    private static readonly string[] BinarySuffixes = ["Ki", "Mi", "Gi", "Ti"]; // each ten bits more

    /// <summary>Reads a whole number such as <c>17</c>, <c>-3</c>, <c>0x76</c> or <c>0x8000_0000</c>.</summary>
    public static bool TryParseInteger(string text, out long value)
    {
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        if (!digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        return long.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Reads a size in bytes such as <c>4Mi</c>, <c>64Ki</c> or <c>512</c>; never negative.</summary>
    public static bool TryParseBytes(string text, out long bytes)
    {
        var shift = 0;
        for (var i = 0; i < BinarySuffixes.Length; i++)
        {
            if (!text.EndsWith(BinarySuffixes[i], StringComparison.Ordinal)) continue;
            shift = ShiftOf(i);
            text = text[..^2];
            break;
        }
        if (!TryParseInteger(text, out bytes) || bytes < 0 || bytes > long.MaxValue >> shift) return false;
        bytes <<= shift;
        return true;
    }

    /// <summary>Writes a size with the largest suffix that divides it: 4194304 is <c>4Mi</c>.</summary>
    public static string FormatBytes(long bytes)
    {
        for (var i = BinarySuffixes.Length - 1; i >= 0; i--)
        {
            var shift = ShiftOf(i);
            if (bytes != 0 && bytes % (1L << shift) == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{bytes >> shift}{BinarySuffixes[i]}");
        }
        return bytes.ToString(CultureInfo.InvariantCulture);
    }

    private static int ShiftOf(int suffix) => 10 * (suffix + 1);

    /// <summary><c>PullUp</c> becomes <c>pull-up</c>: how files and messages spell the names of enumerations.</summary>
    public static string ToKebabCase(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0) text.Append('-');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }
}
