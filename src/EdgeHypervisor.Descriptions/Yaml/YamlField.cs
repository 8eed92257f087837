// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions.Yaml;

/// <summary>A name and its value in a mapping.</summary>
internal sealed class YamlField(SourceLocation where, string name, YamlNode value)
{
    public SourceLocation Where => where;

    public string Name => name;

    public YamlNode Value => value;
}
