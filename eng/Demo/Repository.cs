// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Demo;

/// <summary>Where things are in the source tree that this was built in.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>A built program, of the same configuration as this one.</summary>
    public static string Program(string project, string name)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var path = Path.Combine(Root, "artifacts", "bin", project, configuration, name);
        return File.Exists(path) ? path : throw new DemoException($"{path} is missing; run make first");
    }

    public static string Source(string path) => Path.Combine(Root, path);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EdgeHypervisor.sln"))) return folder.FullName;
        }
        throw new DemoException("this program runs from the source tree that it was built in");
    }
}
