// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Cli;

/// <summary>An operator's key file: <c>NAME.key</c>, in the user's own configuration unless a path is given.</summary>
/// <param name="Name">The operator's name, as the boards list it.</param>
/// <param name="Folder">Where the file is.</param>
internal sealed record OperatorKey(string Name, string Folder)
{
    private const string Extension = ".key";

    public string Path => System.IO.Path.Combine(Folder, Name + Extension);

    /// <summary>The key that a name or path means.</summary>
    public static OperatorKey Of(string nameOrFile)
    {
        var isPath = nameOrFile.Contains('/', StringComparison.Ordinal) || nameOrFile.EndsWith(Extension, StringComparison.Ordinal);
        var name = System.IO.Path.GetFileNameWithoutExtension(isPath ? nameOrFile : nameOrFile + Extension);
        if (!LabelSelector.IsLabel(name, "")) throw new UserErrorException($"'{name}' is not an operator's name", "it has 1 to 64 of a-z 0-9 - _ . and begins with a letter or digit", ExitCode.Usage);
        var own = System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "edge-hypervisor");
        return new OperatorKey(name, isPath ? System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(nameOrFile))! : own);
    }

    /// <summary>Makes it, unless it is there.</summary>
    public BoardIdentity Make() => BoardIdentity.LoadOrCreate(Folder, Name + Extension);

    /// <summary>Reads it.</summary>
    public BoardIdentity Read() => File.Exists(Path) ? BoardIdentity.Load(Path) : throw new UserErrorException($"there is no key {Path}", $"make it: ehv fleet key {Name}");
}
