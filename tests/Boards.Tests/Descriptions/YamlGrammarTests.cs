// SPDX-License-Identifier: Apache-2.0
using System.Text;
using CsCheck;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Descriptions.Reading;
using EdgeHypervisor.Descriptions.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EdgeHypervisor.Boards.Tests.Descriptions;

/// <summary>Our tree, held against the events of the library's own parser.</summary>
public sealed class YamlGrammarTests
{
    private const string Refused = "(refused)";

    private static readonly string[] Words =
    [
        "a", "b: ", "c: 1", "\n", "\n", "\n  ", "\n    ", "{ ", " }", "[", "]", ", ", ": ", "- ", "- - ", "? ", "|\n", ">\n  x", "\"q\"", "'r'", " # s", "d", "~", "\n- ", "\n  - ", "\n---\n", "\n...\n",
    ];

    [Fact]
    public void Every_text_is_the_tree_that_the_library_sees()
    {
        var (accepted, stricter) = (0, 0);
        Gen.Int[0, Words.Length - 1].Array[0, 16].Sample(picks =>
        {
            var text = string.Concat(picks.Select(i => Words[i]));
            var (ours, theirs) = (Ours(text), Theirs(text));
            if (ours != Refused)
            {
                Assert.Equal(theirs, ours);
                Interlocked.Increment(ref accepted);
            }
            else if (theirs != Refused)
            {
                Interlocked.Increment(ref stricter); // it takes two values in a row in braces, which are none
            }
        }, iter: 20_000);
        Assert.True(accepted > 1000 && stricter < accepted / 50, $"{accepted} texts were YAML, {stricter} for the library alone");
    }

    [Fact]
    public void All_descriptions_of_the_project_are_the_trees_that_the_library_sees()
    {
        var files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "boards"), "*.yaml", SearchOption.AllDirectories);
        Assert.True(files.Length > 10);
        foreach (var text in files.Select(File.ReadAllText))
        {
            Assert.NotEqual(Refused, Ours(text));
            Assert.Equal(Theirs(text), Ours(text));
        }
    }

    private static string Ours(string text)
    {
        var errors = new ErrorList();
        var root = YamlTreeReader.Read(text, "f", errors);
        try
        {
            errors.ThrowIfAny();
        }
        catch (DescriptionException)
        {
            return Refused;
        }
        return Written(new StringBuilder(), root!).ToString();
    }

    private static StringBuilder Written(StringBuilder to, YamlNode node)
    {
        if (to.Length == 0 && node is YamlScalar { IsLeftOut: true }) return to.Append(Refused); // a document of nothing describes nothing
        // Where nothing stands, or a mapping without braces in a sequence, is a matter of taste.
        if (node is YamlScalar { IsLeftOut: false }) to.Append(node.Where.Line).Append(':').Append(node.Where.Column).Append(' ');
        if (node is YamlScalar scalar) return to.Append(scalar.IsQuoted ? '"' : '\'').Append(scalar.Text).Append('\n');
        to.Append(node is YamlMapping ? '{' : '[');
        if (node is YamlSequence sequence) foreach (var item in sequence.Items) Written(to, item);
        if (node is YamlMapping mapping) foreach (var field in mapping.Fields) Written(Written(to, new YamlScalar(field.Where, field.Name, isQuoted: false)), field.Value);
        return to.Append(']');
    }

    private static string Theirs(string text)
    {
        try
        {
            return new EventReader(text).Read() is { } root ? Written(new StringBuilder(), root).ToString() : Refused;
        }
        catch (Exception)
        {
            return Refused; // not all that it throws is a YamlException
        }
    }

    /// <summary>The tree by the library's events, with what a description may not have told by null.</summary>
    private sealed class EventReader(string text)
    {
        private readonly Parser _parser = new(new StringReader(text));
        private bool _isRefused;

        public YamlNode? Read()
        {
            Next(); // the stream's start
            if (Next() is StreamEnd) return null;
            var root = Node(Next());
            Next(); // the document's end
            return Next() is StreamEnd && !_isRefused ? root : null;
        }

        private YamlNode Node(ParsingEvent first)
        {
            var where = new SourceLocation("f", (int)first.Start.Line, (int)first.Start.Column);
            if (first is Scalar scalar) return new YamlScalar(where, scalar.Value, scalar.Style != ScalarStyle.Plain);
            var items = new List<YamlNode>();
            for (var happened = Next(); happened is not (SequenceEnd or MappingEnd); happened = Next()) items.Add(Node(happened));
            return first is SequenceStart ? new YamlSequence(where, items) : Mapping(where, items);
        }

        private YamlMapping Mapping(SourceLocation where, List<YamlNode> items)
        {
            var mapping = new YamlMapping(where);
            foreach (var pair in items.Chunk(2))
            {
                if (pair[0] is not YamlScalar { IsLeftOut: false } name || !mapping.TryAdd(new YamlField(name.Where, name.Text, pair[1]))) _isRefused = true;
            }
            return mapping;
        }

        private ParsingEvent Next() => _parser.MoveNext() ? _parser.Current! : throw new YamlException("unexpected end");
    }
}
