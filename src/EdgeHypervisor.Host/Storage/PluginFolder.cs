// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace EdgeHypervisor.Host;

/// <summary>Plugins that were brought in by the control API: copies in the data folder, so that they are there after a restart.</summary>
internal sealed class PluginFolder(string folder)
{
    private const string ManifestName = "plugin.json";
    private const int MostFiles = 1000;
    private const long MostBytes = 256L << 20;

    /// <summary>Copies a plugin in.</summary>
    /// <returns>Its id, as its manifest says.</returns>
    /// <exception cref="ProblemException">It is not a plugin's folder, or too large.</exception>
    public string Install(string source)
    {
        var id = ReadId(source);
        Copy(source, id);
        return id;
    }

    /// <summary>Copies another version of a plugin in.</summary>
    /// <exception cref="ProblemException">It is another plugin, or not one.</exception>
    public void Replace(string id, string source)
    {
        var actual = ReadId(source);
        if (actual != id) throw Problems.Invalid($"the folder holds plugin '{actual}', not '{id}'", source, "name the folder of a version of the same plugin");
        Copy(source, id);
    }

    private static string ReadId(string source)
    {
        if (!Path.IsPathFullyQualified(source)) throw Problems.Invalid($"'{source}' is not an absolute path", "folder");
        var manifest = Path.Combine(source, ManifestName);
        try
        {
            using var file = File.OpenRead(manifest);
            using var document = JsonDocument.Parse(file);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && NameRule.IsName(id.GetString()!))
                return id.GetString()!;
            throw Problems.Invalid("the manifest has no usable 'id'", manifest, $"an id is {NameRule.InWords}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            throw Problems.Invalid($"not a plugin: {e.Message}", manifest, "name a folder with a plugin.json that the service may read");
        }
    }

    // A folder whose name begins with a dot is not a plugin yet: the exchange is one rename.
    private void Copy(string source, string id)
    {
        var incoming = Path.Combine(folder, $".incoming-{Guid.NewGuid():n}");
        var outgoing = Path.Combine(folder, $".outgoing-{Guid.NewGuid():n}");
        var target = Path.Combine(folder, id);
        try
        {
            CopyFiles(source, incoming);
            if (Directory.Exists(target)) Directory.Move(target, outgoing);
            Directory.Move(incoming, target);
            StagedFile.SyncFolder(folder);
        }
        finally
        {
            foreach (var rest in new[] { incoming, outgoing })
                if (Directory.Exists(rest)) Directory.Delete(rest, recursive: true);
        }
    }

    private static void CopyFiles(string source, string target)
    {
        var files = Directory.GetFiles(source, "*", SearchOption.AllDirectories);
        if (files.Length > MostFiles || files.Sum(file => new FileInfo(file).Length) > MostBytes)
            throw Problems.Invalid($"a plugin has at most {MostFiles} files and {MostBytes} bytes", source);
        foreach (var file in files)
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
