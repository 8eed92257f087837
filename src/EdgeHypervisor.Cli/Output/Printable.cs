// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace EdgeHypervisor.Cli;

/// <summary>Text from elsewhere, made harmless for a terminal: no control characters get through.</summary>
internal static class Printable
{
    public static string Text(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.AsSpan().ContainsAnyInRange('\x7f', '\x9f')) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var c in text) clean.Append(char.IsControl(c) ? ' ' : c);
        return clean.ToString();
    }

    /// <summary>The same, no longer than a width; what has no room is told by an ellipsis.</summary>
    public static string Fit(string text, int width)
    {
        text = Text(text);
        return text.Length <= width ? text : text[..(width - 1)] + "…";
    }
}
