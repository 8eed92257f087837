// SPDX-License-Identifier: Apache-2.0
using YamlDotNet.RepresentationModel;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>docs/openapi.yaml, as far as the tests need it.</summary>
/// <param name="Operations">Method and path: <c>get /v1/health</c>.</param>
/// <param name="Schemas">The fields of each message.</param>
internal sealed record OpenApiDocument(IReadOnlyList<string> Operations, IReadOnlyDictionary<string, string[]> Schemas)
{
    public static OpenApiDocument Load()
    {
        using var reader = new StreamReader(BuiltTree.Path("docs/openapi.yaml"));
        var stream = new YamlStream();
        stream.Load(reader);
        var root = (YamlMappingNode)stream.Documents[0].RootNode;
        var operations = from path in Map(root, "paths").Children
                         from method in ((YamlMappingNode)path.Value).Children
                         select $"{method.Key} {path.Key}";
        var schemas = Map(Map(root, "components"), "schemas").Children
            .ToDictionary(schema => schema.Key.ToString(), schema => Map((YamlMappingNode)schema.Value, "properties").Children.Keys.Select(key => key.ToString()).ToArray());
        return new OpenApiDocument([.. operations], schemas);
    }

    private static YamlMappingNode Map(YamlMappingNode node, string name) => (YamlMappingNode)node[name];
}
