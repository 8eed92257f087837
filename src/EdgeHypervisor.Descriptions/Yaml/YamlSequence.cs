// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions.Yaml;

/// <summary>A list.</summary>
internal sealed class YamlSequence(SourceLocation where, List<YamlNode> items) : YamlNode(where)
{
    public List<YamlNode> Items => items;

    public override string Kind => "a list";
}
