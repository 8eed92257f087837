// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions.Reading;

/// <summary>How things may be called. Names become parts of topics, paths and port names, so they are kept plain.</summary>
internal static class Names
{
    public const string ComponentRule = "a lower-case letter, then lower-case letters, digits and '-', 63 at most";
    public const string RoleRule = "a lower-case letter, then lower-case letters, digits, '.', '_' and '-', 63 at most";
    public const string TitleRule = "lower-case letters, digits and '-', starting with a letter or digit, 63 at most";
    public const string PluginRule = "lower-case words joined by dots";

    /// <summary>Names of boards, machines and VMs.</summary>
    public static NamePattern Title { get; } = new(mayBeginWithDigit: true, "-", 63);

    /// <summary>Names of devices and memory regions.</summary>
    public static NamePattern Component { get; } = new(mayBeginWithDigit: false, "-", 63);

    /// <summary>Names of roles.</summary>
    public static NamePattern Role { get; } = new(mayBeginWithDigit: false, "._-", 63);

    /// <summary>Names of labels: as roles, and <c>/</c> for namespaces.</summary>
    public static NamePattern Label { get; } = new(mayBeginWithDigit: true, "._/-", 127);

    private static NamePattern PluginWord { get; } = new(mayBeginWithDigit: true, "-", int.MaxValue);

    /// <summary>Whether a text is the id of a plugin, whole or without its kind.</summary>
    public static bool IsPlugin(string text)
    {
        foreach (var word in text.Split('.'))
        {
            if (!PluginWord.IsMatch(word)) return false;
        }
        return true;
    }
}
