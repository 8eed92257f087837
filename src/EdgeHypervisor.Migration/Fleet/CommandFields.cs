// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace EdgeHypervisor.Migration;

/// <summary>The fields of a command in JSON: a flat object. A field that is not known is an error, since it is most likely mistyped.</summary>
internal sealed class CommandFields
{
    private readonly Dictionary<string, JsonElement> _fields;

    private CommandFields(Dictionary<string, JsonElement> fields) => _fields = fields;

    /// <summary>Reads the object. No payload at all is an object without fields.</summary>
    /// <exception cref="FormatException">Not a flat object of known fields.</exception>
    public static CommandFields Parse(ReadOnlyMemory<byte> payload, int maximumBytes, params string[] known)
    {
        if (payload.Length > maximumBytes) throw new FormatException($"{payload.Length} bytes, more than {maximumBytes}");
        try
        {
            using var document = JsonDocument.Parse(payload, new JsonDocumentOptions { MaxDepth = 4 });
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new FormatException("not a JSON object");
            var fields = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            foreach (var field in document.RootElement.EnumerateObject())
            {
                if (!known.Contains(field.Name)) throw new FormatException($"field '{Shown(field.Name)}' is not known; there are {string.Join(", ", known)}");
                if (!fields.TryAdd(field.Name, field.Value.Clone())) throw new FormatException($"field '{field.Name}' is there twice");
            }
            return new CommandFields(fields);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter of half a surrogate pair
        {
            throw new FormatException($"not JSON: {e.Message}", e);
        }
    }

    /// <summary>Writes an object.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> fields)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    /// <summary>A text; null when it is not there.</summary>
    public string? Text(string name, int maximumLength)
    {
        if (!_fields.TryGetValue(name, out var value)) return null;
        return value.ValueKind == JsonValueKind.String ? Checked(name, value, maximumLength) : throw Expected(name, maximumLength);
    }

    /// <summary>A text that must be there and not be empty.</summary>
    public string RequiredText(string name, int maximumLength) =>
        Text(name, maximumLength) is { Length: > 0 } text ? text : throw new FormatException($"field '{name}' is missing");

    /// <summary>A list of texts; empty when it is not there.</summary>
    public IReadOnlyList<string> Texts(string name, int maximumLength, int maximumCount)
    {
        if (!_fields.TryGetValue(name, out var list)) return [];
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > maximumCount) throw new FormatException($"field '{name}': a list of at most {maximumCount} texts is expected");
        return [.. list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? Checked(name, item, maximumLength) : throw Expected(name, maximumLength))];
    }

    /// <summary>A board's name; null when it is not there.</summary>
    public string? Board(string name) => Text(name, WireName.MaximumLength) switch
    {
        null => null,
        var text when WireName.IsValid(text) => text,
        var text => throw new FormatException($"field '{name}': '{text}' is no name of a board: 1 to {WireName.MaximumLength} of a-z 0-9 - _ ."),
    };

    /// <summary>A selector of boards; all of them when it is not there.</summary>
    public LabelSelector Labels(string name)
    {
        try
        {
            return Text(name, LabelSelector.MaximumLength) is { } text ? LabelSelector.Parse(text) : LabelSelector.All;
        }
        catch (FormatException e)
        {
            throw new FormatException($"field '{name}': {e.Message}", e);
        }
    }

    /// <summary>A truth value; null when it is not there.</summary>
    public bool? Boolean(string name)
    {
        if (!_fields.TryGetValue(name, out var value)) return null;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw new FormatException($"field '{name}': true or false is expected");
    }

    /// <summary>A whole number in a range; null when it is not there.</summary>
    public long? Number(string name, long minimum, long maximum)
    {
        if (!_fields.TryGetValue(name, out var value)) return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= minimum && number <= maximum
            ? number
            : throw new FormatException($"field '{name}': a whole number from {minimum} to {maximum} is expected");
    }

    private static string Checked(string name, JsonElement value, int maximumLength)
    {
        try
        {
            return value.GetString() is { } text && text.Length <= maximumLength && !text.Any(char.IsControl) ? text : throw Expected(name, maximumLength);
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException($"field '{name}': not a text: {e.Message}", e); // half a surrogate pair
        }
    }

    private static FormatException Expected(string name, int maximumLength) => new($"field '{name}': a text of at most {maximumLength} characters is expected");

    private static string Shown(string name) => new([.. name.Take(40).Select(c => char.IsControl(c) ? '?' : c)]);
}
