// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace EdgeHypervisor.Migration;

/// <summary>The fields of a command in JSON: a flat object. A field that is not known is an error, since it is most likely mistyped.</summary>
internal sealed class CommandFields
{
    private readonly Dictionary<string, JsonElement> _fields;

    private CommandFields(Dictionary<string, JsonElement> fields) => _fields = fields;

    /// <summary>Reads the object.</summary>
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
        catch (JsonException e)
        {
            throw new FormatException($"not JSON: {e.Message}", e);
        }
    }

    /// <summary>A text; null when it is not there.</summary>
    public string? Text(string name, int maximumLength)
    {
        if (!_fields.TryGetValue(name, out var value)) return null;
        if (value.ValueKind != JsonValueKind.String || value.GetString() is not { } text || text.Length > maximumLength || text.Any(char.IsControl))
        {
            throw new FormatException($"field '{name}': a text of at most {maximumLength} characters is expected");
        }
        return text;
    }

    /// <summary>A text that must be there and not be empty.</summary>
    public string RequiredText(string name, int maximumLength) =>
        Text(name, maximumLength) is { Length: > 0 } text ? text : throw new FormatException($"field '{name}' is missing");

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

    private static string Shown(string name) => new([.. name.Take(40).Select(c => char.IsControl(c) ? '?' : c)]);
}
