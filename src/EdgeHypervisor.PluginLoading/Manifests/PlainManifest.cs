// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace EdgeHypervisor.PluginLoading;

/// <summary>
/// Reads a manifest that is written as nearly all are: an object of ASCII texts and of lists of them. All else is left to
/// <see cref="JsonManifest"/>, which reads these the same; all of it that .NET loads and compiles first is a twentieth of a short run.
/// </summary>
internal ref struct PlainManifest
{
    private readonly ReadOnlySpan<byte> _json;
    private int _position;

    private PlainManifest(ReadOnlySpan<byte> json) => _json = json;

    /// <summary>The fields; null where the manifest is not as plain as that, or has a field that is unknown or there twice.</summary>
    public static ManifestFields? TryRead(ReadOnlySpan<byte> json) => new PlainManifest(json).ReadObject();

    private ManifestFields? ReadObject()
    {
        var fields = new ManifestFields();
        if (!Take('{')) return null;
        do
        {
            if (ReadText() is not { } name || !Take(':')) return null;
            if (ReadValue() is not { } value || !fields.TryAdd(name, value)) return null;
        }
        while (Take(','));
        return Take('}') && Peek() is null ? fields : null;
    }

    private ManifestValue? ReadValue() =>
        Take('[') ? ReadList() : ReadText() is { } text ? ManifestValue.Of(text) : null;

    private ManifestValue? ReadList()
    {
        var texts = new List<string>();
        do
        {
            if (ReadText() is not { } text) return null;
            texts.Add(text);
        }
        while (Take(','));
        if (!Take(']')) return null;
        var items = new ManifestValue[texts.Count];
        for (var i = 0; i < items.Length; i++) items[i] = ManifestValue.Of(texts[i]);
        return ManifestValue.Of(items);
    }

    private string? ReadText()
    {
        if (!Take('"')) return null;
        for (var start = _position; _position < _json.Length; _position++)
        {
            var character = (char)_json[_position];
            if (character == '"') return Encoding.ASCII.GetString(_json[start.._position++]);
            if (character is '\\' or < ' ' or > '~') return null;
        }
        return null;
    }

    private bool Take(char wanted)
    {
        if (Peek() != wanted) return false;
        _position++;
        return true;
    }

    // The next character that is not white space (RFC 8259 section 2); null at the end.
    private char? Peek()
    {
        while (_position < _json.Length && (char)_json[_position] is ' ' or '\t' or '\n' or '\r') _position++;
        return _position < _json.Length ? (char)_json[_position] : null;
    }
}
