// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions.Yaml;

/// <summary>A name and its value in a mapping.</summary>
internal sealed record YamlField(SourceLocation Where, string Name, YamlNode Value);
