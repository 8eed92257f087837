// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions.Reading;

/// <summary>The fields that one kind of mapping may have. The published JSON Schemas say the same; a test compares them.</summary>
/// <param name="schema">The schema's file, without <c>.schema.json</c>.</param>
/// <param name="definition">The name under <c>$defs</c>, empty for the schema itself.</param>
/// <param name="required">Fields that must be there.</param>
/// <param name="optional">Fields that may be there.</param>
internal sealed class Shape(string schema, string definition, string[] required, string[] optional)
{
    public string Schema => schema;

    public string Definition => definition;

    public string[] Required => required;

    public IEnumerable<string> Fields => required.Concat(optional);

    public bool Has(string field) => IsAmong(required, field) || IsAmong(optional, field);

    private static bool IsAmong(string[] names, string field)
    {
        foreach (var name in names)
        {
            if (name == field) return true;
        }
        return false;
    }
}
