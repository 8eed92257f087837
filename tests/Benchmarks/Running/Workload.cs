// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Benchmarks;

/// <summary>Something to run: a guest image whose iterations are parameter 0, and perhaps the same as a program of this host.</summary>
/// <param name="Name">Its name: <c>crc32</c>.</param>
/// <param name="Elf">The image.</param>
/// <param name="Native">The program, which takes the iterations as its first argument; null when there is none.</param>
internal sealed record Workload(string Name, string Elf, string? Native)
{
    /// <summary>All images of a folder for a target, such as <c>NAME-rv64.elf</c>, with <c>NAME</c> or <c>NAME-native</c> of the other as their programs.</summary>
    public static IEnumerable<Workload> InFolder(string folder, string nativeFolder, GuestTarget target) =>
        Directory.EnumerateFiles(folder, "*" + target.ImageSuffix).Order(StringComparer.Ordinal).Select(elf =>
        {
            var name = Path.GetFileName(elf)[..^target.ImageSuffix.Length];
            string[] programs = [Path.Combine(nativeFolder, name), Path.Combine(nativeFolder, name + "-native")];
            return new Workload(name, elf, programs.FirstOrDefault(File.Exists));
        });

    /// <summary>The lines of an output that must be the same everywhere: verdicts and checksums, never times.</summary>
    /// <exception cref="BenchmarkException">There is none, or a verdict is bad.</exception>
    public string CheckedLines(string output)
    {
        var lines = output.Split('\n').Select(line => line.TrimEnd('\r'))
            .Where(line => line.EndsWith(" ok", StringComparison.Ordinal) || line.Contains("crc", StringComparison.Ordinal) || line.Contains("wrong", StringComparison.Ordinal));
        var text = string.Join('\n', lines);
        if (text.Length == 0 || text.Contains("wrong", StringComparison.Ordinal)) throw new BenchmarkException($"{Name} gave no right result:\n{output}");
        return text;
    }
}
