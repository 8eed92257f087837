// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>Reads <c>plugin.json</c>. A manifest is data from anybody: its size, depth and every field are checked.</summary>
internal static class ManifestReader
{
    public const string FileName = "plugin.json";
    private const int MaximumBytes = 64 * 1024;
    private const int FirstBytes = 4 * 1024;
    private const int MaximumProvides = 256;
    private const int MaximumTextLength = 1024;

    /// <summary>Reads and checks the manifest of a plugin's folder.</summary>
    /// <exception cref="ManifestException">It is not a manifest, or a field is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PluginManifest Read(string folder)
    {
        var json = ReadBounded(Path.Combine(folder, FileName));
        return Parse(PlainManifest.TryRead(json.Span) ?? JsonManifest.Read(json));
    }

    private static ReadOnlyMemory<byte> ReadBounded(string path)
    {
        using var file = File.OpenHandle(path);
        var bytes = new byte[FirstBytes]; // most are smaller
        var length = 0;
        while (RandomAccess.Read(file, bytes.AsSpan(length), length) is > 0 and var read)
        {
            length += read;
            if (length > MaximumBytes) throw new ManifestException($"larger than {MaximumBytes} bytes");
            if (length == bytes.Length) Array.Resize(ref bytes, 2 * length);
        }
        return bytes.AsMemory(0, length);
    }

    private static PluginManifest Parse(ManifestFields fields)
    {
        var kind = ReadKind(fields);
        return new PluginManifest(
            ReadMatching(fields, "id", ManifestNames.IsPluginId, "lower-case words joined by hyphens"),
            kind,
            ReadVersion(fields),
            ReadSdk(fields),
            ReadAssembly(fields),
            ReadProvides(fields, kind),
            fields.Find("description") is not null ? ReadText(fields, "description") : "");
    }

    private static string ReadKind(ManifestFields fields)
    {
        var kind = ReadText(fields, "kind");
        return PluginKind.All.Contains(kind)
            ? kind
            : throw new ManifestException("kind", $"'{kind}' is not one of {string.Join(", ", PluginKind.All)}");
    }

    private static Version ReadVersion(ManifestFields fields)
    {
        var text = ReadText(fields, "version");
        return Version.TryParse(text, out var version)
            ? version
            : throw new ManifestException("version", $"'{text}' is not two to four numbers joined by dots, such as 1.2.0");
    }

    private static SdkRange ReadSdk(ManifestFields fields)
    {
        var text = ReadText(fields, "sdk");
        return SdkRange.TryParse(text) ?? throw new ManifestException("sdk", $"'{text}' is not a range such as '>=1.0 <2.0'");
    }

    // A plain file name: a path could lead out of the plugin's folder.
    private static string ReadAssembly(ManifestFields fields) =>
        ReadMatching(fields, "assembly", ManifestNames.IsAssemblyFile, "the plain name of a .dll file in the plugin's own folder");

    private static string[] ReadProvides(ManifestFields fields, string kind)
    {
        var list = Find(fields, "provides");
        if (list.Items.Length is 0 or > MaximumProvides)
            throw new ManifestException("provides", $"wanted is a list of 1 to {MaximumProvides} ids");
        var ids = new string[list.Items.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            var id = ReadComponentId(list.Items[i], kind);
            if (ids.Contains(id)) throw new ManifestException("provides", $"'{id}' stands there twice");
            ids[i] = id;
        }
        return ids;
    }

    private static string ReadComponentId(ManifestValue item, string kind)
    {
        var id = item.Kind == ManifestValue.String ? TextOf(item) : item.Kind;
        if (!ManifestNames.IsComponentId(id))
            throw new ManifestException("provides", $"'{id}' is not lower-case words joined by dots");
        return id.StartsWith(kind + ".", StringComparison.Ordinal)
            ? id
            : throw new ManifestException("provides", $"'{id}' does not begin with the plugin's kind, '{kind}.'");
    }

    private static string ReadMatching(ManifestFields fields, string field, Func<string, bool> isRight, string wanted)
    {
        var text = ReadText(fields, field);
        return isRight(text) ? text : throw new ManifestException(field, $"'{text}' is not {wanted}");
    }

    private static string ReadText(ManifestFields fields, string field)
    {
        var value = Find(fields, field);
        if (value.Kind != ManifestValue.String) throw new ManifestException(field, $"a text is wanted, not {value.Kind}");
        var text = TextOf(value);
        return text.Length <= MaximumTextLength
            ? text
            : throw new ManifestException(field, $"longer than {MaximumTextLength} characters");
    }

    // A lone surrogate escape, for example, is none.
    private static string TextOf(ManifestValue value) => value.Text ?? throw ManifestException.NotText();

    private static ManifestValue Find(ManifestFields fields, string field) =>
        fields.Find(field) ?? throw new ManifestException(field, "missing");
}
