// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions.Reading;

/// <summary>The fields that one kind of mapping may have. The published JSON Schemas say the same; a test compares them.</summary>
/// <param name="Schema">The schema's file, without <c>.schema.json</c>.</param>
/// <param name="Definition">The name under <c>$defs</c>, empty for the schema itself.</param>
/// <param name="Required">Fields that must be there.</param>
/// <param name="Optional">Fields that may be there.</param>
internal sealed record Shape(string Schema, string Definition, IReadOnlyList<string> Required, IReadOnlyList<string> Optional)
{
    public IEnumerable<string> Fields => Required.Concat(Optional);

    public bool Has(string field) => Required.Contains(field) || Optional.Contains(field);
}
