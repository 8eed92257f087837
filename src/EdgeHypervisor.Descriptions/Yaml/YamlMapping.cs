// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions.Yaml;

/// <summary>Names with values, in the order of the file; no name twice.</summary>
internal sealed record YamlMapping(SourceLocation Where, IReadOnlyList<YamlField> Fields) : YamlNode(Where)
{
    public override string Kind => "a mapping";
}
