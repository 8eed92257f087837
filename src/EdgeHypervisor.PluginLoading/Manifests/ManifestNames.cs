// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>How plugins, their components and their files may be called. Written out: .NET's regular expressions would cost a short run more than all its names.</summary>
internal static class ManifestNames
{
    private const int MaximumWords = 8, MaximumWordLength = 32, MaximumFileLength = 201;
    private const string Extension = ".dll";

    /// <summary><c>core-riscv</c>: lower-case words joined by hyphens.</summary>
    public static bool IsPluginId(string text) =>
        text.Split('-') is { Length: <= MaximumWords } words && words.All(word => word.Length <= MaximumWordLength && IsWord(word));

    /// <summary><c>device.uart.16550</c>: a kind and lower-case words behind it, joined by dots.</summary>
    public static bool IsComponentId(string text) =>
        text.Split('.') is [{ Length: > 0 } kind, .. { Length: > 0 and <= MaximumWords } words]
        && kind.All(char.IsAsciiLetterLower) && words.All(word => word.Split('-').All(IsWord));

    /// <summary>The plain name of a <c>.dll</c> file.</summary>
    public static bool IsAssemblyFile(string text) =>
        text.EndsWith(Extension, StringComparison.Ordinal) && text[..^Extension.Length] is { Length: > 0 and <= MaximumFileLength } name
        && IsLetterOrDigit(name[0]) && name.All(c => IsLetterOrDigit(c) || c is '.' or '-');

    private static bool IsLetterOrDigit(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';

    private static bool IsWord(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));
}
