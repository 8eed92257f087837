// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace EdgeHypervisor.PluginLoading.Tests;

/// <summary>A plugin folder of a test's own; gone when the test ends.</summary>
internal sealed class PluginFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("plugin-tests-").FullName;

    /// <summary>Installs one of the test plugins, with its true manifest or a changed one.</summary>
    public string Install(string testPlugin, string? folder = null, Action<JsonObject>? change = null)
    {
        var target = Directory.CreateDirectory(System.IO.Path.Combine(Path, folder ?? testPlugin.ToLowerInvariant())).FullName;
        var source = System.IO.Path.Combine(AppContext.BaseDirectory, "plugins", testPlugin);
        foreach (var file in Directory.EnumerateFiles(source))
            File.Copy(file, System.IO.Path.Combine(target, System.IO.Path.GetFileName(file)), overwrite: true);
        var manifest = TrueManifest(testPlugin);
        change?.Invoke(manifest);
        WriteManifest(target, manifest.ToJsonString());
        return target;
    }

    /// <summary>A folder with a manifest of any text and nothing else.</summary>
    public string InstallManifest(string folder, string text)
    {
        var target = Directory.CreateDirectory(System.IO.Path.Combine(Path, folder)).FullName;
        WriteManifest(target, text);
        return target;
    }

    public static JsonObject TrueManifest(string testPlugin)
    {
        var name = testPlugin.TrimEnd('1', '2');
        return new JsonObject
        {
            ["id"] = name.ToLowerInvariant(),
            ["kind"] = "device",
            ["version"] = testPlugin.EndsWith('2') ? "2.0.0" : "1.0.0",
            ["sdk"] = ">=1.0 <2.0",
            ["assembly"] = $"TestPlugins.{name}.dll",
            ["provides"] = new JsonArray($"device.test.{name.ToLowerInvariant()}"),
            ["description"] = "For tests.",
        };
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static void WriteManifest(string folder, string text) =>
        File.WriteAllText(System.IO.Path.Combine(folder, "plugin.json"), text);
}
