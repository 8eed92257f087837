// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Composition;

/// <summary>Where plugins and machine descriptions are when nothing is said: beside the program, or in the source tree it was built in.</summary>
public static class Installation
{
    /// <summary>The folders of plugins that exist.</summary>
    public static IReadOnlyList<string> PluginFolders { get; } = Find("plugins", "artifacts/plugins");

    /// <summary>The folders of machine descriptions that exist.</summary>
    public static IReadOnlyList<string> MachineFolders { get; } = Find("machines", "boards/machines");

    /// <summary>Somebody's folders, and behind them the installed ones, which they come before; none twice.</summary>
    public static IReadOnlyList<string> With(IEnumerable<string> folders, IReadOnlyList<string> installed)
    {
        var all = new List<string>();
        foreach (var folder in folders) Add(Path.GetFullPath(folder));
        foreach (var folder in installed) Add(folder);
        return all;

        void Add(string folder)
        {
            if (!all.Contains(folder)) all.Add(folder);
        }
    }

    private static string[] Find(string besideProgram, string inSourceTree)
    {
        var program = AppContext.BaseDirectory;
        if (Path.Combine(program, besideProgram) is var installed && Directory.Exists(installed)) return [installed];
        for (var folder = Directory.GetParent(program); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "EdgeHypervisor.sln"))) continue;
            return [Path.Combine(folder.FullName, inSourceTree)];
        }
        return [installed];
    }
}
