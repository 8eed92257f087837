// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>How plugins, their components and their files may be called. Written out: .NET's regular expressions would cost a short run more than all its names.</summary>
internal static class ManifestNames
{
    private const int MaximumWords = 8, MaximumWordLength = 32, MaximumFileLength = 201;
    private const string Extension = ".dll";

    /// <summary><c>core-riscv</c>: lower-case words joined by hyphens.</summary>
    public static bool IsPluginId(string text)
    {
        var words = text.Split('-');
        foreach (var word in words)
        {
            if (word.Length > MaximumWordLength || !IsWord(word)) return false;
        }
        return words.Length <= MaximumWords;
    }

    /// <summary><c>device.uart.16550</c>: a kind and lower-case words behind it, joined by dots.</summary>
    public static bool IsComponentId(string text)
    {
        var words = text.Split('.');
        for (var i = 1; i < words.Length; i++)
        {
            foreach (var part in words[i].Split('-'))
            {
                if (!IsWord(part)) return false;
            }
        }
        return words.Length is > 1 and <= 1 + MaximumWords && words[0].Length > 0 && IsAll(words[0], char.IsAsciiLetterLower);
    }

    /// <summary>The plain name of a <c>.dll</c> file.</summary>
    public static bool IsAssemblyFile(string text) =>
        text.EndsWith(Extension, StringComparison.Ordinal) && text[..^Extension.Length] is { Length: > 0 and <= MaximumFileLength } name
        && IsLetterOrDigit(name[0]) && IsAll(name, c => IsLetterOrDigit(c) || c is '.' or '-');

    private static bool IsLetterOrDigit(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';

    private static bool IsWord(string text) => text.Length > 0 && IsAll(text, c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));

    private static bool IsAll(string text, Func<char, bool> isRight)
    {
        foreach (var character in text)
        {
            if (!isRight(character)) return false;
        }
        return true;
    }
}
