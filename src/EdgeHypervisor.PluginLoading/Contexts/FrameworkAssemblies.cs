// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.InteropServices;

namespace EdgeHypervisor.PluginLoading;

/// <summary>
/// The assemblies of .NET itself. The runtime would also give a plugin whatever packages the host happens to carry; a
/// plugin must not come to depend on those.
/// </summary>
internal static class FrameworkAssemblies
{
    private static readonly string Folder = RuntimeEnvironment.GetRuntimeDirectory();

    // In a self-contained application .NET lies among the application's files: then only the names tell them apart.
    private static readonly bool IsSelfContained = Path.GetFullPath(Folder) == Path.GetFullPath(AppContext.BaseDirectory);

    private static readonly HashSet<string> Names = FindNames();

    /// <summary>The version of .NET that runs.</summary>
    public static Version Version { get; } = typeof(object).Assembly.GetName().Version!;

    public static bool Contains(AssemblyName name) => name.Name is { } text && (!IsSelfContained || IsFrameworkName(text)) && Names.Contains(text);

    private static HashSet<string> FindNames()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(Folder, "*.dll")) names.Add(Path.GetFileNameWithoutExtension(file));
        return names;
    }

    private static bool IsFrameworkName(string name) =>
        name is "mscorlib" or "netstandard" or "WindowsBase" or "Microsoft.CSharp" or "Microsoft.VisualBasic.Core"
        || name.StartsWith("System.", StringComparison.Ordinal)
        || name.StartsWith("Microsoft.Win32.", StringComparison.Ordinal);
}
