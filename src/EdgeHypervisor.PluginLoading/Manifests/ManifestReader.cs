// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace EdgeHypervisor.PluginLoading;

/// <summary>Reads <c>plugin.json</c>. A manifest is data from anybody: its size, depth and every field are checked.</summary>
internal static class ManifestReader
{
    public const string FileName = "plugin.json";
    private const int MaximumBytes = 64 * 1024;
    private const int MaximumProvides = 256;
    private const int MaximumTextLength = 1024;

    private static readonly JsonDocumentOptions Json = new()
    {
        MaxDepth = 4,
        AllowDuplicateProperties = false,
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private static readonly string[] Fields = ["id", "kind", "version", "sdk", "assembly", "provides", "description"];

    /// <summary>Reads and checks the manifest of a plugin's folder.</summary>
    /// <exception cref="ManifestException">It is not a manifest, or a field is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PluginManifest Read(string folder)
    {
        try
        {
            using var document = JsonDocument.Parse(ReadBounded(Path.Combine(folder, FileName)), Json);
            return Parse(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new ManifestException($"not JSON: {e.Message}");
        }
        catch (InvalidOperationException)
        {
            // What JsonElement throws for text that is not valid UTF-16 (a lone surrogate escape).
            throw new ManifestException("not valid text");
        }
    }

    private static ReadOnlyMemory<byte> ReadBounded(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[MaximumBytes + 1];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length <= MaximumBytes
            ? bytes.AsMemory(0, length)
            : throw new ManifestException($"larger than {MaximumBytes} bytes");
    }

    private static PluginManifest Parse(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new ManifestException("not a JSON object");
        foreach (var property in root.EnumerateObject())
        {
            if (!Fields.Contains(property.Name))
                throw new ManifestException(property.Name, $"unknown; known are {string.Join(", ", Fields)}");
        }
        var kind = ReadKind(root);
        return new PluginManifest(
            ReadMatching(root, "id", ManifestNames.IsPluginId, "lower-case words joined by hyphens"),
            kind,
            ReadVersion(root),
            ReadSdk(root),
            ReadAssembly(root),
            ReadProvides(root, kind),
            root.TryGetProperty("description", out _) ? ReadText(root, "description") : "");
    }

    private static string ReadKind(JsonElement root)
    {
        var kind = ReadText(root, "kind");
        return PluginKind.All.Contains(kind)
            ? kind
            : throw new ManifestException("kind", $"'{kind}' is not one of {string.Join(", ", PluginKind.All)}");
    }

    private static Version ReadVersion(JsonElement root)
    {
        var text = ReadText(root, "version");
        return Version.TryParse(text, out var version)
            ? version
            : throw new ManifestException("version", $"'{text}' is not two to four numbers joined by dots, such as 1.2.0");
    }

    private static SdkRange ReadSdk(JsonElement root)
    {
        var text = ReadText(root, "sdk");
        return SdkRange.TryParse(text) ?? throw new ManifestException("sdk", $"'{text}' is not a range such as '>=1.0 <2.0'");
    }

    // A plain file name: a path could lead out of the plugin's folder.
    private static string ReadAssembly(JsonElement root) =>
        ReadMatching(root, "assembly", ManifestNames.IsAssemblyFile, "the plain name of a .dll file in the plugin's own folder");

    private static string[] ReadProvides(JsonElement root, string kind)
    {
        var list = Find(root, "provides");
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > MaximumProvides)
            throw new ManifestException("provides", $"wanted is a list of 1 to {MaximumProvides} ids");
        var ids = new List<string>();
        foreach (var item in list.EnumerateArray())
        {
            var id = ReadComponentId(item, kind);
            if (ids.Contains(id)) throw new ManifestException("provides", $"'{id}' stands there twice");
            ids.Add(id);
        }
        return [.. ids];
    }

    private static string ReadComponentId(JsonElement item, string kind)
    {
        var id = item.ValueKind == JsonValueKind.String ? item.GetString()! : item.ValueKind.ToString();
        if (!ManifestNames.IsComponentId(id))
            throw new ManifestException("provides", $"'{id}' is not lower-case words joined by dots");
        return id.StartsWith(kind + ".", StringComparison.Ordinal)
            ? id
            : throw new ManifestException("provides", $"'{id}' does not begin with the plugin's kind, '{kind}.'");
    }

    private static string ReadMatching(JsonElement root, string field, Func<string, bool> isRight, string wanted)
    {
        var text = ReadText(root, field);
        return isRight(text) ? text : throw new ManifestException(field, $"'{text}' is not {wanted}");
    }

    private static string ReadText(JsonElement root, string field)
    {
        var value = Find(root, field);
        if (value.ValueKind != JsonValueKind.String) throw new ManifestException(field, $"a text is wanted, not {value.ValueKind}");
        var text = value.GetString()!;
        return text.Length <= MaximumTextLength
            ? text
            : throw new ManifestException(field, $"longer than {MaximumTextLength} characters");
    }

    private static JsonElement Find(JsonElement root, string field) =>
        root.TryGetProperty(field, out var value) ? value : throw new ManifestException(field, "missing");
}
