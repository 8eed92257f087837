// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions.Yaml;

/// <summary>A text. An empty one that was not quoted is a value left out.</summary>
internal sealed record YamlScalar(SourceLocation Where, string Text, bool IsQuoted) : YamlNode(Where)
{
    public override string Kind => IsLeftOut ? "empty" : $"the text '{Text}'";

    public bool IsLeftOut => Text.Length == 0 && !IsQuoted;
}
