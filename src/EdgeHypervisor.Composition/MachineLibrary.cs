// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Composition;

/// <summary>Machine descriptions in folders, by name: <c>virt-rv64</c> is <c>virt-rv64.yaml</c>.</summary>
/// <param name="folders">Where to look, the most important first.</param>
public sealed class MachineLibrary(IReadOnlyList<string> folders)
{
    private const string Extension = ".yaml";

    /// <summary>The names of all machines.</summary>
    public IReadOnlyList<string> List() =>
    [
        .. folders.Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*" + Extension))
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A machine with its text.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="asker">Where it is named, for the error; null where no file does.</param>
    /// <exception cref="DescriptionException">There is no such machine, or its description is wrong.</exception>
    public MachineSource Load(string name, SourceLocation? asker = null)
    {
        // The name is somebody's text: as a whole it must be the name of a file that is there, never a way to one.
        var file = Path.GetFileName(name) == name ? Find(name + Extension) : null;
        if (file is null) throw Unknown(name, asker ?? SourceLocation.None);
        return MachineSource.Parse(DescriptionReader.Load(file), file);
    }

    private string? Find(string file)
    {
        foreach (var folder in folders)
        {
            var path = Path.Combine(folder, file);
            if (File.Exists(path)) return path;
        }
        return null;
    }

    private DescriptionException Unknown(string name, SourceLocation where)
    {
        var known = List();
        var problem = $"there is no machine '{name}'; {Spelling.Hint(name, known)}known are {(known.Count == 0 ? "none" : string.Join(", ", known))} (in {string.Join(", ", folders)})";
        return new DescriptionException([new DescriptionError(where, "machine", problem)]);
    }
}
