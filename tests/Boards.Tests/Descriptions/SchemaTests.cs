// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Descriptions.Reading;

namespace EdgeHypervisor.Boards.Tests.Descriptions;

public sealed class SchemaTests
{
    private static JsonNode Load(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "boards", "schema", $"{name}.schema.json")))!;

    public static TheoryData<string, string> ShapeNames()
    {
        var names = new TheoryData<string, string>();
        foreach (var shape in Shapes.All) names.Add(shape.Schema, shape.Definition);
        return names;
    }

    [Theory]
    [MemberData(nameof(ShapeNames))]
    public void A_published_schema_lists_exactly_the_fields_that_are_read(string schema, string definition)
    {
        var shape = Shapes.All.Single(candidate => candidate.Schema == schema && candidate.Definition == definition);
        var node = definition.Length == 0 ? Load(schema) : Load(schema)["$defs"]![definition]!;

        Assert.Equal(shape.Fields.Order(StringComparer.Ordinal), node["properties"]!.AsObject().Select(property => property.Key).Order(StringComparer.Ordinal));
        Assert.Equal(shape.Required.Order(StringComparer.Ordinal),
            (node["required"]?.AsArray() ?? []).Select(name => name!.GetValue<string>()).Order(StringComparer.Ordinal));
        if (shape != Shapes.Peripheral) Assert.False(node["additionalProperties"]!.GetValue<bool>());
    }

    [Fact]
    public void The_guide_documents_every_field_and_every_choice()
    {
        var guide = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "descriptions.md"));
        var choices = ((Type[])[typeof(AccessPolicy), typeof(OnMove), typeof(OnLinkLoss), typeof(SafeState), typeof(ClockMode), typeof(LostTime), typeof(RestartPolicy), typeof(ReleaseAction)])
            .SelectMany(Enum.GetNames).Select(Quantity.ToKebabCase);

        var words = Shapes.All.SelectMany(shape => shape.Fields).Concat(choices).Distinct();

        Assert.Equal("", string.Join(' ', words.Where(word => !guide.Contains($"`{word}`", StringComparison.Ordinal))));
    }

    [Fact]
    public void The_examples_of_the_guide_are_read_without_errors()
    {
        var guide = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "descriptions.md"));
        var examples = guide.Split("```yaml\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)]).ToList();

        Assert.Equal(["greenhouse-1", "virt-rv64", "thermostat", "gateway"], examples.Select(example => DescriptionReader.Parse(example, "guide").Name));
    }

    [Theory]
    [InlineData("mapping", "access", typeof(AccessPolicy))]
    [InlineData("mapping", "onMove", typeof(OnMove))]
    [InlineData("mapping", "onLinkLoss", typeof(OnLinkLoss))]
    [InlineData("mapping", "safe", typeof(SafeState))]
    [InlineData("clock", "mode", typeof(ClockMode))]
    [InlineData("clock", "lostTime", typeof(LostTime))]
    [InlineData("", "restart", typeof(RestartPolicy))]
    public void A_published_schema_lists_exactly_the_choices_that_are_read(string definition, string field, Type type)
    {
        var schema = Load("virtual-machine");
        var node = definition.Length == 0 ? schema : schema["$defs"]![definition]!;

        Assert.Equal(Enum.GetNames(type).Select(Quantity.ToKebabCase), node["properties"]![field]!["enum"]!.AsArray().Select(value => value!.GetValue<string>()));
    }
}
