// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>Tells whether a plugin's folder has changed: name, size and time of each of its files.</summary>
/// <param name="Text">Compares by ordinal; means nothing else.</param>
internal sealed record FolderFingerprint(string Text)
{
    // The depth is bounded because links may form a circle.
    private static readonly EnumerationOptions Options = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = 4,
        AttributesToSkip = 0,
        IgnoreInaccessible = true,
    };

    public static FolderFingerprint Of(string folder)
    {
        var files = new List<string>();
        foreach (var file in FilesOf(folder)) files.Add($"{file.FullName}|{file.Length}|{file.LastWriteTimeUtc.Ticks}");
        files.Sort(StringComparer.Ordinal);
        return new FolderFingerprint(string.Join('\n', files));
    }

    /// <summary>The paths of the assemblies among them.</summary>
    public static string[] AssembliesIn(string folder) => Directory.GetFiles(folder, "*.dll", Options);

    /// <summary>The files that count, in the folder and below.</summary>
    public static IEnumerable<FileInfo> FilesOf(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", Options);
}
