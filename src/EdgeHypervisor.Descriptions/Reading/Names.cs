// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace EdgeHypervisor.Descriptions.Reading;

/// <summary>How things may be called. Names become parts of topics, paths and port names, so they are kept plain.</summary>
internal static partial class Names
{
    public const string ComponentRule = "a lower-case letter, then lower-case letters, digits and '-', 63 at most";
    public const string RoleRule = "a lower-case letter, then lower-case letters, digits, '.', '_' and '-', 63 at most";
    public const string TitleRule = "lower-case letters, digits and '-', starting with a letter or digit, 63 at most";
    public const string PluginRule = "lower-case words joined by dots";

    /// <summary>Names of boards, machines and VMs.</summary>
    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    public static partial Regex Title { get; }

    /// <summary>Names of devices and memory regions.</summary>
    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    public static partial Regex Component { get; }

    /// <summary>Names of roles.</summary>
    [GeneratedRegex(@"\A[a-z][a-z0-9._-]{0,62}\z", RegexOptions.CultureInvariant)]
    public static partial Regex Role { get; }

    /// <summary>Ids of plugins, whole or without their kind.</summary>
    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*\z", RegexOptions.CultureInvariant)]
    public static partial Regex Plugin { get; }

    /// <summary>Names of labels: as roles, and <c>/</c> for namespaces.</summary>
    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._/-]{0,126}\z", RegexOptions.CultureInvariant)]
    public static partial Regex Label { get; }
}
