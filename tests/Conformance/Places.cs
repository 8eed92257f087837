// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace EdgeHypervisor.Conformance;

/// <summary>Where things are.</summary>
internal static class Places
{
    /// <summary>The plugins to be checked: the folder that the variable <c>PLUGINS</c> names, or those of this build.</summary>
    public static string Plugins { get; } = Environment.GetEnvironmentVariable("PLUGINS") is { Length: > 0 } folder
        ? Path.GetFullPath(folder)
        : Find("PluginFolder");

    /// <summary>The checkout.</summary>
    public static string Repository { get; } = Find("Repository");

    private static string Find(string key) => typeof(Places).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
