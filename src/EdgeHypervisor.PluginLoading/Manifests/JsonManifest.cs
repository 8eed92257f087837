// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace EdgeHypervisor.PluginLoading;

/// <summary>Reads any manifest there can be with .NET's own reader, which also has the words for what is not JSON.</summary>
internal static class JsonManifest
{
    private static readonly JsonDocumentOptions Options = new()
    {
        MaxDepth = 4,
        AllowDuplicateProperties = false,
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <exception cref="ManifestException">It is not an object of JSON, or has a field that is unknown.</exception>
    public static ManifestFields Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return ReadFields(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new ManifestException($"not JSON: {e.Message}");
        }
    }

    private static ManifestFields ReadFields(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new ManifestException("not a JSON object");
        var fields = new ManifestFields();
        foreach (var property in root.EnumerateObject())
        {
            var name = TextOf(() => property.Name) ?? throw ManifestException.NotText();
            if (!fields.TryAdd(name, ReadValue(property.Value)))
                throw new ManifestException(name, $"unknown; known are {string.Join(", ", ManifestFields.Known)}");
        }
        return fields;
    }

    private static ManifestValue ReadValue(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => ManifestValue.Of(TextOf(element.GetString!)),
        JsonValueKind.Array => ManifestValue.Of([.. element.EnumerateArray().Select(ReadValue)]),
        var other => new ManifestValue(other.ToString(), null, []),
    };

    // What is not valid UTF-16 (a lone surrogate escape) or UTF-8 is no text.
    private static string? TextOf(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
