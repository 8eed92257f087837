// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions.Yaml;

/// <summary>A piece of a YAML document and where it stands.</summary>
internal abstract class YamlNode(SourceLocation where)
{
    public SourceLocation Where => where;

    /// <summary>What it is, for messages.</summary>
    public abstract string Kind { get; }
}
