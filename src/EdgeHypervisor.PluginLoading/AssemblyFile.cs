// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>Checks that a plugin's assembly lies in its own folder and nowhere else.</summary>
internal static class AssemblyFile
{
    /// <exception cref="PluginFaultException">It is missing, or a link that leads elsewhere.</exception>
    public static void Verify(string folder, string name)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        if (!file.Exists) throw new PluginFaultException($"its assembly {name} is not in {folder}");
        // A link may point elsewhere inside the folder, not out of it.
        if (file.ResolveLinkTarget(returnFinalTarget: true) is { } target && !LiesIn(folder, target.FullName))
            throw new PluginFaultException($"its assembly {name} is a link that leads out of {folder}");
    }

    private static bool LiesIn(string folder, string path) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
