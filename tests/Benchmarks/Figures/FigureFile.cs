// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace EdgeHypervisor.Benchmarks;

/// <summary><c>artifacts/bench.json</c>: a list of figures. A run replaces the figures that it measured and keeps the others.</summary>
internal static class FigureFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static IReadOnlyList<Figure> Merge(string path, IReadOnlyList<Figure> measured)
    {
        var names = measured.Select(figure => figure.Name).ToHashSet();
        IReadOnlyList<Figure> merged = [.. Read(path).Where(figure => !names.Contains(figure.Name)), .. measured];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, JsonSerializer.Serialize(merged, Options));
        return merged;
    }

    // A file of an older form is no reason to lose what was measured now.
    private static IReadOnlyList<Figure> Read(string path)
    {
        if (!File.Exists(path)) return [];
        try
        {
            return JsonSerializer.Deserialize<List<Figure>>(File.ReadAllText(path), Options) ?? [];
        }
        catch (JsonException problem)
        {
            Console.Error.WriteLine($"{path} is replaced: {problem.Message}");
            return [];
        }
    }
}
