// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.Descriptions.Reading;
using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace EdgeHypervisor.Descriptions.Yaml;

/// <summary>
/// Makes a tree with positions from YAML's tokens. Size, depth and node count are limited while reading, and what lets a
/// short file mean a huge one, or one thing mean another (anchors, aliases, tags), is refused.
/// </summary>
/// <remarks>YAML 1.2.2, chapters 6 to 9. One document; every scalar is a text until a field gives it a meaning.</remarks>
internal sealed class YamlTreeReader
{
    private readonly string _file;
    private readonly ErrorList _errors;
    private readonly YamlTokens _tokens;
    private int _nodes;

    private YamlTreeReader(string text, string file, ErrorList errors)
    {
        _file = file;
        _errors = errors;
        _tokens = new YamlTokens(text);
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
        catch (RefusedException problem)
        {
            errors.Add(problem.Where, "", problem.Message);
            return null;
        }
    }

    private YamlNode? ReadDocument()
    {
        if (_tokens.Current is StreamEnd)
        {
            _errors.Add(new SourceLocation(_file, 1, 1), "", "empty; a description starts with 'kind: Board', 'kind: Machine' or 'kind: VirtualMachine'");
            return null;
        }
        var hasDirectives = false;
        while (_tokens.Current is VersionDirective or TagDirective)
        {
            hasDirectives = true;
            _tokens.Advance();
        }
        if (hasDirectives) _tokens.Take<DocumentStart>("the '---' behind a directive");
        else _tokens.TryTake<DocumentStart>();
        var root = _tokens.Current is DocumentEnd or DocumentStart or StreamEnd ? LeftOut(_tokens.Current.Start) : ReadNode(depth: 0, isBlock: true);
        while (_tokens.Current is DocumentEnd) _tokens.Advance(); // "..." may be said more than once
        if (_tokens.Current is not (StreamEnd or DocumentStart)) throw Unexpected("the end of the document");
        if (_tokens.Current is DocumentStart second) _errors.Add(At(second.Start), "", "a second document; a file describes one thing");
        return root;
    }

    // A value in a block mapping may be a sequence at the indentation of its key, which then has no start of its own.
    private YamlNode ReadNode(int depth, bool isBlock, bool maySitAtKey = false)
    {
        var current = _tokens.Current;
        Count(current.Start);
        if (depth > DescriptionLimits.Depth) throw Refused(current.Start, $"nested more than {DescriptionLimits.Depth} levels deep");
        return current switch
        {
            Scalar scalar => ReadScalar(scalar),
            FlowMappingStart => ReadFlowMapping(depth),
            BlockMappingStart when isBlock => ReadBlockMapping(depth),
            AnchorAlias => throw Refused(current.Start, "aliases (*name) are not allowed; write the value out"),
            Anchor => throw Refused(current.Start, "anchors (&name) are not allowed"),
            Tag => throw Refused(current.Start, "tags (!name) are not allowed"),
            FlowSequenceStart => ReadFlowSequence(depth),
            BlockSequenceStart when isBlock => ReadBlockSequence(depth),
            BlockEntry when maySitAtKey => ReadEntries(current.Start, depth),
            _ => throw Unexpected("a value"),
        };
    }

    private YamlScalar ReadScalar(Scalar scalar)
    {
        _tokens.Advance();
        return new YamlScalar(At(scalar.Start), scalar.Value, scalar.Style != ScalarStyle.Plain);
    }

    private YamlSequence ReadBlockSequence(int depth)
    {
        var start = _tokens.Take<BlockSequenceStart>("a sequence").Start;
        var entries = ReadEntries(start, depth);
        _tokens.Take<BlockEnd>("expected '-' indicator");
        return entries;
    }

    private YamlSequence ReadEntries(Mark start, int depth)
    {
        var items = new List<YamlNode>();
        while (_tokens.Current is BlockEntry entry)
        {
            _tokens.Advance();
            items.Add(_tokens.Current is BlockEntry or Key or Value or BlockEnd ? LeftOut(entry.End) : ReadNode(depth + 1, isBlock: true));
        }
        return new YamlSequence(At(start), items);
    }

    private YamlMapping ReadBlockMapping(int depth)
    {
        var mapping = new YamlMapping(At(_tokens.Take<BlockMappingStart>("a mapping").Start));
        while (_tokens.Current is Key or Value)
        {
            var key = ReadBlockPart<Key>(depth);
            Add(mapping, key, ReadBlockPart<Value>(depth));
        }
        _tokens.Take<BlockEnd>("expected key");
        return mapping;
    }

    private YamlNode ReadBlockPart<T>(int depth)
        where T : Token
    {
        if (_tokens.Current is not T part) return LeftOut(_tokens.Current.Start);
        _tokens.Advance();
        return _tokens.Current is Key or Value or BlockEnd ? LeftOut(part.End) : ReadNode(depth + 1, isBlock: true, maySitAtKey: true);
    }

    private YamlSequence ReadFlowSequence(int depth)
    {
        var start = _tokens.Take<FlowSequenceStart>("a sequence").Start;
        var items = new List<YamlNode>();
        while (_tokens.Current is not FlowSequenceEnd)
        {
            items.Add(_tokens.Current is Key pair ? ReadPair(pair.Start, depth + 1) : ReadNode(depth + 1, isBlock: false));
            if (_tokens.Current is not FlowSequenceEnd) _tokens.Take<FlowEntry>("expected ',' or ']'");
        }
        _tokens.Advance();
        return new YamlSequence(At(start), items);
    }

    // [a: 1] is a sequence of mappings with one field each.
    private YamlMapping ReadPair(Mark start, int depth)
    {
        Count(start);
        var mapping = new YamlMapping(At(start));
        ReadFlowField(mapping, depth);
        return mapping;
    }

    private YamlMapping ReadFlowMapping(int depth)
    {
        var mapping = new YamlMapping(At(_tokens.Take<FlowMappingStart>("a mapping").Start));
        while (_tokens.Current is not FlowMappingEnd)
        {
            ReadFlowField(mapping, depth);
            if (_tokens.Current is not FlowMappingEnd) _tokens.Take<FlowEntry>("expected ',' or '}'");
        }
        _tokens.Advance();
        return mapping;
    }

    private void ReadFlowField(YamlMapping mapping, int depth)
    {
        var start = _tokens.Current;
        var key = _tokens.TryTake<Key>() ? ReadFlowPart(start.End, depth) : start is Value ? LeftOut(start.Start) : ReadNode(depth + 1, isBlock: false);
        var value = _tokens.Current;
        Add(mapping, key, _tokens.TryTake<Value>() ? ReadFlowPart(value.End, depth) : LeftOut(value.Start));
    }

    private YamlNode ReadFlowPart(Mark otherwise, int depth) =>
        _tokens.Current is Value or FlowEntry or FlowMappingEnd or FlowSequenceEnd ? LeftOut(otherwise) : ReadNode(depth + 1, isBlock: false);

    private void Add(YamlMapping mapping, YamlNode key, YamlNode value)
    {
        if (key is not YamlScalar { IsLeftOut: false } name)
            _errors.Add(key.Where, "", $"a field's name must be a text, not {key.Kind}");
        else if (!mapping.TryAdd(new YamlField(name.Where, name.Text, value)))
            _errors.Add(name.Where, name.Text, $"given twice; first in line {mapping.Find(name.Text)!.Where.Line}");
    }

    private YamlScalar LeftOut(Mark at)
    {
        Count(at);
        return new YamlScalar(At(at), "", isQuoted: false);
    }

    private void Count(Mark at)
    {
        if (++_nodes > DescriptionLimits.Nodes) throw Refused(at, $"more than {DescriptionLimits.Nodes} values");
    }

    private YamlException Unexpected(string wanted) => new(_tokens.Current.Start, _tokens.Current.End, $"did not find {wanted}");

    private RefusedException Refused(Mark at, string problem) => new(At(at), problem);

    private SourceLocation At(Mark at) => new(_file, (int)at.Line, (int)at.Column);

    /// <summary>Good YAML, but nothing that a description may have.</summary>
    private sealed class RefusedException(SourceLocation where, string problem) : Exception(problem)
    {
        public SourceLocation Where => where;
    }
}
