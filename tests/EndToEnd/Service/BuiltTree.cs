// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>The source tree that the tests were built in, and the programs beside them.</summary>
internal static class BuiltTree
{
    public static string Root { get; } = Find();

    public static string Daemon { get; } = Program("EdgeHypervisor.Host", "edge-hypervisord");

    public static string Ehv { get; } = Program("EdgeHypervisor.Cli", "ehv");

    public static string Board => Path("boards/simulated-pi.yaml");

    public static string Path(string path) => System.IO.Path.Combine(Root, path);

    public static string Guest(string name, string file) => Path($"firmware-images/{name}/{file}");

    private static string Program(string project, string name) =>
        Path(System.IO.Path.Combine("artifacts", "bin", project, new DirectoryInfo(AppContext.BaseDirectory).Name, name));

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "EdgeHypervisor.sln"))) folder = folder.Parent ?? throw new InvalidOperationException("not in the source tree");
        return folder.FullName;
    }
}
