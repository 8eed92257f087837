// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>A folder that looks like a board's <c>/</c>, as far as a test fills it.</summary>
internal sealed class FakeRoot : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ehv-root-").FullName;

    /// <summary>Writes a file, with the folders above it.</summary>
    public FakeRoot With(string path, string text = "")
    {
        var full = At(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return this;
    }

    /// <summary>Makes a link, as sysfs has them from a device to its parts.</summary>
    public FakeRoot WithLink(string path, string target)
    {
        var full = At(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        File.CreateSymbolicLink(full, target);
        return this;
    }

    public string Read(string path) => File.ReadAllText(At(path)).TrimEnd('\n');

    public string At(string path) => System.IO.Path.Join(Path, path);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
