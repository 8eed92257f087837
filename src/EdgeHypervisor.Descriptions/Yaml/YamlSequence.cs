// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions.Yaml;

/// <summary>A list.</summary>
internal sealed record YamlSequence(SourceLocation Where, IReadOnlyList<YamlNode> Items) : YamlNode(Where)
{
    public override string Kind => "a list";
}
