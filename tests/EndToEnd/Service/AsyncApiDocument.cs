// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>docs/asyncapi.yaml, as far as it takes to hold messages against it: topics, and the schemas of their payloads.</summary>
internal sealed class AsyncApiDocument
{
    private readonly Dictionary<string, YamlMappingNode> _files = [];
    private readonly List<Channel> _channels;

    public AsyncApiDocument()
    {
        _channels = [.. Children(Map(Root("asyncapi.yaml"), "channels")).Select(channel => new Channel(channel.Name, Address(channel.Value), [.. Messages(channel.Value)]))];
    }

    public IReadOnlyList<string> Channels => [.. _channels.Select(channel => channel.Name)];

    /// <summary>The channel of a message; null when none has its topic.</summary>
    public string? Find(string topic) => _channels.FirstOrDefault(channel => channel.Topic.IsMatch(topic))?.Name;

    /// <summary>What is wrong with a payload; null when one of the channel's messages describes it.</summary>
    public string? Check(string channel, byte[] payload)
    {
        var problems = _channels.First(each => each.Name == channel).Messages.Select(message => Check(message, payload)).ToArray();
        return problems.Contains(null) ? null : string.Join("; or ", problems);
    }

    private string? Check(YamlMappingNode message, byte[] payload)
    {
        if (!message.Children.ContainsKey("payload")) return null; // binary, described in words
        if (payload.Length == 0) return Text(message, "summary").Contains("an empty message", StringComparison.Ordinal) ? null : "it is empty";
        if (Text(message, "contentType") == "text/plain") return Check(JsonSerializer.SerializeToElement(Encoding.UTF8.GetString(payload)), Map(message, "payload"), "asyncapi.yaml", "");
        try
        {
            using var document = JsonDocument.Parse(payload);
            return Check(document.RootElement, Map(message, "payload"), "asyncapi.yaml", "");
        }
        catch (JsonException)
        {
            return "it is not JSON";
        }
    }

    private string? Check(JsonElement value, YamlMappingNode schema, string file, string where)
    {
        if (Text(schema, "$ref") is { Length: > 0 } reference)
        {
            var (target, path) = reference.Split('#') is ["", var here] ? (file, here) : (reference.Split('#')[0], reference.Split('#')[1]);
            return Check(value, path.Trim('/').Split('/').Aggregate(Root(target), Map), target, where);
        }
        if (schema.Children.TryGetValue("enum", out var allowed) && !((YamlSequenceNode)allowed).Children.Any(item => item.ToString() == value.ToString())) return $"{where}: '{value}' is not one of {allowed}";
        return (Text(schema, "type"), value.ValueKind) switch
        {
            ("string", JsonValueKind.String) or ("boolean", JsonValueKind.True or JsonValueKind.False) or ("number", JsonValueKind.Number) => null,
            ("integer", JsonValueKind.Number) when value.TryGetDecimal(out var number) && decimal.IsInteger(number) => null,
            ("array", JsonValueKind.Array) => value.EnumerateArray().Select((item, index) => Check(item, Map(schema, "items"), file, $"{where}[{index}]")).FirstOrDefault(problem => problem is not null),
            ("object", JsonValueKind.Object) => CheckObject(value, schema, file, where),
            var (type, kind) => $"{where}: {kind}, not {type}",
        };
    }

    private string? CheckObject(JsonElement value, YamlMappingNode schema, string file, string where)
    {
        if (schema.Children.TryGetValue("required", out var required))
        {
            foreach (var name in (YamlSequenceNode)required)
                if (!value.TryGetProperty(name.ToString(), out _)) return $"{where}: {name} is missing";
        }
        foreach (var field in value.EnumerateObject())
        {
            var described = schema.Children.ContainsKey("additionalProperties") ? Map(schema, "additionalProperties")
                : Map(schema, "properties").Children.TryGetValue(field.Name, out var found) ? (YamlMappingNode)found : null;
            if (described is null) return $"{where}: {field.Name} is not described";
            if (Check(field.Value, described, file, $"{where}.{field.Name}") is { } problem) return problem;
        }
        return null;
    }

    private IEnumerable<YamlMappingNode> Messages(YamlMappingNode channel) => Children(Map(channel, "messages"))
        .Select(message => Text(message.Value, "$ref").TrimStart('#').Trim('/').Split('/').Aggregate(Root("asyncapi.yaml"), Map));

    private static Regex Address(YamlMappingNode channel) => new($"^{Regex.Replace(Regex.Escape(Text(channel, "address")), @"\\\{\w+}", "[^/]+")}$");

    private YamlMappingNode Root(string file)
    {
        if (_files.TryGetValue(file, out var known)) return known;
        using var reader = new StreamReader(BuiltTree.Path($"docs/{file}"));
        var stream = new YamlStream();
        stream.Load(reader);
        return _files[file] = (YamlMappingNode)stream.Documents[0].RootNode;
    }

    private static IEnumerable<(string Name, YamlMappingNode Value)> Children(YamlMappingNode node) => node.Children.Select(child => (child.Key.ToString(), (YamlMappingNode)child.Value));

    private static YamlMappingNode Map(YamlMappingNode node, string name) => (YamlMappingNode)node[name];

    private static string Text(YamlMappingNode node, string name) => node.Children.TryGetValue(name, out var value) ? value.ToString() : "";

    private sealed record Channel(string Name, Regex Topic, IReadOnlyList<YamlMappingNode> Messages);
}
