// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions.Yaml;

/// <summary>A text. An empty one that was not quoted is a value left out.</summary>
internal sealed class YamlScalar(SourceLocation where, string text, bool isQuoted) : YamlNode(where)
{
    public string Text => text;

    public bool IsQuoted => isQuoted;

    public bool IsLeftOut => text.Length == 0 && !isQuoted;

    public override string Kind => IsLeftOut ? "empty" : $"the text '{text}'";
}
