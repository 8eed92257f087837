// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions.Yaml;

/// <summary>Names with values, in the order of the file; no name twice.</summary>
internal sealed class YamlMapping(SourceLocation where) : YamlNode(where)
{
    private readonly Dictionary<string, YamlField> _byName = new(StringComparer.Ordinal);

    public List<YamlField> Fields { get; } = [];

    public override string Kind => "a mapping";

    /// <summary>The field of that name; null where there is none.</summary>
    public YamlField? Find(string name) => _byName.TryGetValue(name, out var field) ? field : null;

    /// <summary>Takes another field, unless there is one of its name.</summary>
    public bool TryAdd(YamlField field)
    {
        if (!_byName.TryAdd(field.Name, field)) return false;
        Fields.Add(field);
        return true;
    }
}
