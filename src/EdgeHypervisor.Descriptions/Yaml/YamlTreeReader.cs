// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.Descriptions.Reading;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EdgeHypervisor.Descriptions.Yaml;

/// <summary>
/// Makes a tree with positions from YAML's events. Size, depth and node count are limited while reading, and what lets a
/// short file mean a huge one, or one thing mean another (anchors, aliases, tags), is refused.
/// </summary>
/// <remarks>YAML 1.2.2, chapters 3 and 7. One document; every scalar is a text until a field gives it a meaning.</remarks>
internal sealed class YamlTreeReader
{
    private readonly string _file;
    private readonly ErrorList _errors;
    private readonly Parser _parser;
    private int _nodes;

    private YamlTreeReader(string text, string file, ErrorList errors)
    {
        _file = file;
        _errors = errors;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>Reads a document; null when it cannot be made sense of, and the errors say why.</summary>
    public static YamlNode? Read(string text, string file, ErrorList errors)
    {
        var start = new SourceLocation(file, 1, 1);
        if (Encoding.UTF8.GetByteCount(text) > DescriptionLimits.FileBytes)
        {
            errors.Add(start, "", $"longer than the {DescriptionLimits.FileBytes} bytes that a description may have");
            return null;
        }
        try
        {
            return new YamlTreeReader(text, file, errors).ReadDocument();
        }
        catch (YamlException problem)
        {
            errors.Add(new SourceLocation(file, (int)problem.Start.Line, (int)problem.Start.Column), "", $"not YAML: {problem.Message}");
            return null;
        }
    }

    private YamlNode? ReadDocument()
    {
        Next<StreamStart>();
        if (_parser.Current is StreamEnd)
        {
            _errors.Add(new SourceLocation(_file, 1, 1), "", "empty; a description starts with 'kind: Board', 'kind: Machine' or 'kind: VirtualMachine'");
            return null;
        }
        Next<DocumentStart>();
        var root = ReadNode(depth: 0);
        if (root is null) return null;
        Next<DocumentEnd>();
        if (_parser.Current is not StreamEnd)
            _errors.Add(At(_parser.Current!), "", "a second document; a file describes one thing");
        return root;
    }

    private YamlNode? ReadNode(int depth)
    {
        var current = _parser.Current!;
        if (++_nodes > DescriptionLimits.Nodes) return Refuse(current, $"more than {DescriptionLimits.Nodes} values");
        if (depth > DescriptionLimits.Depth) return Refuse(current, $"nested more than {DescriptionLimits.Depth} levels deep");
        if (current is AnchorAlias) return Refuse(current, "aliases (*name) are not allowed; write the value out");
        if (current is NodeEvent { Anchor.IsEmpty: false }) return Refuse(current, "anchors (&name) are not allowed");
        if (current is NodeEvent { Tag.IsEmpty: false } tagged && !IsPlainQuote(tagged)) return Refuse(current, "tags (!name) are not allowed");
        return current switch
        {
            Scalar => ReadScalar(),
            SequenceStart => ReadSequence(depth),
            MappingStart => ReadMapping(depth),
            _ => Refuse(current, "unexpected here"),
        };
    }

    private YamlScalar ReadScalar()
    {
        var scalar = Next<Scalar>();
        return new YamlScalar(At(scalar), scalar.Value, scalar.Style != ScalarStyle.Plain);
    }

    private YamlSequence? ReadSequence(int depth)
    {
        var start = Next<SequenceStart>();
        var items = new List<YamlNode>();
        while (_parser.Current is not SequenceEnd)
        {
            if (ReadNode(depth + 1) is not { } item) return null;
            items.Add(item);
        }
        Next<SequenceEnd>();
        return new YamlSequence(At(start), items);
    }

    private YamlMapping? ReadMapping(int depth)
    {
        var start = Next<MappingStart>();
        var fields = new List<YamlField>();
        var seen = new Dictionary<string, SourceLocation>(StringComparer.Ordinal);
        while (_parser.Current is not MappingEnd)
        {
            if (ReadNode(depth + 1) is not { } key) return null;
            if (ReadNode(depth + 1) is not { } value) return null;
            if (key is not YamlScalar { IsLeftOut: false } name)
                _errors.Add(key.Where, "", $"a field's name must be a text, not {key.Kind}");
            else if (!seen.TryAdd(name.Text, name.Where))
                _errors.Add(name.Where, name.Text, $"given twice; first in line {seen[name.Text].Line}");
            else
                fields.Add(new YamlField(name.Where, name.Text, value));
        }
        Next<MappingEnd>();
        return new YamlMapping(At(start), fields);
    }

    // A quoted scalar carries the non-specific tag "!", which means nothing but "a text".
    private static bool IsPlainQuote(NodeEvent node) => node is Scalar { Tag.IsNonSpecific: true };

    private YamlNode? Refuse(ParsingEvent at, string problem)
    {
        _errors.Add(At(at), "", problem);
        return null;
    }

    private SourceLocation At(ParsingEvent at) => new(_file, (int)at.Start.Line, (int)at.Start.Column);

    private T Next<T>()
        where T : ParsingEvent
    {
        if (_parser.Current is null) Advance();
        if (_parser.Current is not T expected)
            throw new YamlException(_parser.Current?.Start ?? Mark.Empty, _parser.Current?.End ?? Mark.Empty, "unexpected end");
        Advance();
        return expected;
    }

    // The scanner answers some malformed texts with exceptions of its own making (fuzzing found InvalidOperationException
    // on "- [>\n- ---"). It holds nothing but this text, so whatever it throws means that the text is no YAML.
    private void Advance()
    {
        var last = _parser.Current?.End ?? Mark.Empty;
        try
        {
            _parser.MoveNext();
        }
        catch (Exception problem) when (problem is not YamlException)
        {
            throw new YamlException(last, last, "cannot be made sense of from here on", problem);
        }
    }
}
