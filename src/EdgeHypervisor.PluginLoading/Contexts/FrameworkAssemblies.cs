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

    /// <summary>The version of .NET that runs.</summary>
    public static Version Version { get; } = typeof(object).Assembly.GetName().Version!;

    // The name is a plugin's text: it must be the name of a file that is there, never a way to one.
    public static bool Contains(AssemblyName name) =>
        name.Name is { Length: > 0 } text && Path.GetFileName(text) == text
        && (!IsSelfContained || IsFrameworkName(text)) && File.Exists(Path.Combine(Folder, text + ".dll"));

    private static bool IsFrameworkName(string name) =>
        name is "mscorlib" or "netstandard" or "WindowsBase" or "Microsoft.CSharp" or "Microsoft.VisualBasic.Core"
        || name.StartsWith("System.", StringComparison.Ordinal)
        || name.StartsWith("Microsoft.Win32.", StringComparison.Ordinal);
}
