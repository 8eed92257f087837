// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions.Yaml;

namespace EdgeHypervisor.Descriptions.Reading;

/// <summary>
/// The fields of one mapping, read by name. What is wrong is added to the file's errors with its place, and a stand-in
/// is returned, so that reading goes on to the next error.
/// </summary>
internal sealed class Fields
{
    private readonly YamlMapping _mapping;
    private readonly Shape _shape;
    private readonly string _path;

    /// <summary>Takes a mapping and refuses fields it may not have, unless <paramref name="takesOptions"/>.</summary>
    public Fields(YamlMapping mapping, Shape shape, string path, ErrorList errors, bool takesOptions = false)
    {
        (_mapping, _shape, _path, Errors) = (mapping, shape, path, errors);
        foreach (var field in mapping.Fields)
        {
            if (!takesOptions && !shape.Has(field.Name)) RefuseUnknown(field);
        }
        foreach (var name in shape.Required)
        {
            if (!Has(name)) Errors.Add(Where, PathOf(name), "missing");
        }
    }

    public ErrorList Errors { get; }

    public SourceLocation Where => _mapping.Where;

    public string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    public void Wrong(string name, string problem) =>
        Errors.Add(_mapping.Find(name)?.Value.Where ?? Where, PathOf(name), problem);

    public bool Has(string name) => _mapping.Find(name) is not null;

    /// <summary>A field's value whatever it is; null where it is not given or left empty.</summary>
    public YamlNode? Find(string name)
    {
        if (!_shape.Has(name)) throw new InvalidOperationException($"Shape '{_shape.Schema}#{_shape.Definition}' does not list '{name}'.");
        return _mapping.Find(name)?.Value is var value && value is YamlScalar { IsLeftOut: true } ? null : value;
    }

    public string? FindText(string name)
    {
        switch (Find(name))
        {
            case YamlScalar scalar: return scalar.Text;
            case null when Has(name): Wrong(name, "has no value"); return null;
            case null: return null;
            case var other: Wrong(name, $"must be a single value, not {other.Kind}"); return null;
        }
    }

    public string Text(string name) => FindText(name) ?? "";

    public string Name(string name, NamePattern rule, string ruleInWords)
    {
        if (FindText(name) is not { } text) return "";
        if (!rule.IsMatch(text)) NotAName(name, text, ruleInWords);
        return text;
    }

    public string PluginName(string name, string example)
    {
        if (FindText(name) is not { } text) return "";
        if (!Names.IsPlugin(text)) NotAName(name, text, $"{Names.PluginRule}, such as {example}");
        return text;
    }

    public long Integer(string name, long fallback, long minimum, long maximum)
    {
        if (FindText(name) is not { } text) return fallback;
        if (Quantity.TryParseInteger(text, out var value) && value >= minimum && value <= maximum) return value;
        Wrong(name, $"'{Short(text)}' is not a whole number from {minimum} to {maximum}");
        return fallback;
    }

    public long? FindInteger(string name, long minimum, long maximum) => Has(name) ? Integer(name, minimum, minimum, maximum) : null;

    public ulong Address(string name)
    {
        if (FindText(name) is not { } text) return 0;
        var isHexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (Quantity.TryParseInteger(text, out var value) && (isHexadecimal || value >= 0)) return (ulong)value;
        Wrong(name, $"'{Short(text)}' is not an address such as 0x8000_0000");
        return 0;
    }

    public long Bytes(string name, long fallback, long minimum, long maximum)
    {
        if (FindText(name) is not { } text) return fallback;
        if (Quantity.TryParseBytes(text, out var value) && value >= minimum && value <= maximum) return value;
        Wrong(name, $"'{Short(text)}' is not a size from {Quantity.FormatBytes(minimum)} to {Quantity.FormatBytes(maximum)}, such as 64Ki or 4Mi");
        return fallback;
    }

    public bool Boolean(string name, bool fallback)
    {
        switch (FindText(name))
        {
            case null: return fallback;
            case "true": return true;
            case "false": return false;
            case var text: Wrong(name, $"'{Short(text)}' is not true or false"); return fallback;
        }
    }

    public TEnum Choice<TEnum>(string name, TEnum fallback)
        where TEnum : struct, Enum
    {
        if (FindText(name) is not { } text) return fallback;
        var known = Enum.GetValues<TEnum>().ToDictionary(value => Quantity.ToKebabCase(value.ToString()), StringComparer.Ordinal);
        if (known.TryGetValue(text, out var choice)) return choice;
        Wrong(name, $"'{Short(text)}' is not known; {Spelling.Hint(text, known.Keys)}allowed are {string.Join(", ", known.Keys)}");
        return fallback;
    }

    /// <summary>A mapping with fixed fields; null where it is not given.</summary>
    public Fields? Mapping(string name, Shape shape) =>
        MappingNode(name) is { } mapping ? new Fields(mapping, shape, PathOf(name), Errors) : null;

    /// <summary>The entries of a mapping whose names are the author's; none where it is not given.</summary>
    public List<YamlField> Entries(string name) => MappingNode(name)?.Fields ?? [];

    /// <summary>Names and single values, for plugins to make sense of.</summary>
    public IReadOnlyDictionary<string, string> Options(string name) => Scalars(Entries(name), PathOf(name));

    /// <summary>The fields of this mapping itself that its shape does not name, as options of a plugin.</summary>
    public IReadOnlyDictionary<string, string> OtherFields() =>
        Scalars(_mapping.Fields.FindAll(field => !_shape.Has(field.Name)), _path);

    /// <summary>A list of texts; a single text counts as a list of one.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        switch (Find(name))
        {
            case null: return [];
            case YamlScalar single: return [single.Text];
            case YamlSequence list: return [.. list.Items.Select((item, i) => TextOf(item, $"{PathOf(name)}[{i}]")).OfType<string>()];
            case var other: Wrong(name, $"must be a text or a list of texts, not {other.Kind}"); return [];
        }
    }

    /// <summary>At most the first of a text that may be anything, for messages.</summary>
    public static string Short(string text) => text.Length <= 60 ? text : text[..57] + "...";

    private YamlMapping? MappingNode(string name)
    {
        var node = Find(name);
        if (node is null or YamlMapping) return node as YamlMapping;
        Wrong(name, $"must be a mapping (name: value), not {node.Kind}");
        return null;
    }

    private Dictionary<string, string> Scalars(List<YamlField> fields, string path)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            if (TextOf(field.Value, path.Length == 0 ? field.Name : $"{path}.{field.Name}") is { } text) values.Add(field.Name, text);
        }
        return values;
    }

    private string? TextOf(YamlNode node, string path)
    {
        if (node is YamlScalar { IsLeftOut: false } scalar) return scalar.Text;
        Errors.Add(node.Where, path, node is YamlScalar ? "has no value" : $"must be a single value, not {node.Kind}");
        return null;
    }

    private void NotAName(string name, string text, string ruleInWords) =>
        Wrong(name, $"'{Short(text)}' is not a name; allowed are {ruleInWords}");

    private void RefuseUnknown(YamlField field) => Errors.Add(field.Where, PathOf(Short(field.Name)),
        $"unknown; {Spelling.Hint(field.Name, _shape.Fields)}known are {string.Join(", ", _shape.Fields.Order(StringComparer.Ordinal))}");
}
