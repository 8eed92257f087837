// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.Descriptions.Reading;
using EdgeHypervisor.Descriptions.Yaml;

namespace EdgeHypervisor.Descriptions;

/// <summary>
/// Reads description files. Everything wrong in a file is told at once, with its place and what is allowed; what is
/// returned is complete and within its limits. The text is not trusted.
/// </summary>
public static class DescriptionReader
{
    private const int FirstBytes = 16 * 1024;
    private static readonly string[] Kinds = ["Board", "Machine", "VirtualMachine"];

    /// <summary>Reads a board file.</summary>
    /// <exception cref="DescriptionException">The file cannot be read, or is wrong.</exception>
    public static BoardDescription ReadBoard(string path) => ParseBoard(Load(path), path);

    /// <summary>Reads a machine file.</summary>
    /// <exception cref="DescriptionException">The file cannot be read, or is wrong.</exception>
    public static MachineDescription ReadMachine(string path) => ParseMachine(Load(path), path);

    /// <summary>Reads a VM's manifest.</summary>
    /// <exception cref="DescriptionException">The file cannot be read, or is wrong.</exception>
    public static VirtualMachineDescription ReadVirtualMachine(string path) => ParseVirtualMachine(Load(path), path);

    /// <summary>Reads the text of a board file.</summary>
    /// <exception cref="DescriptionException">The text is wrong.</exception>
    public static BoardDescription ParseBoard(string text, string file) => (BoardDescription)Parse(text, file, "Board");

    /// <summary>Reads the text of a machine file.</summary>
    /// <exception cref="DescriptionException">The text is wrong.</exception>
    public static MachineDescription ParseMachine(string text, string file) => (MachineDescription)Parse(text, file, "Machine");

    /// <summary>Reads the text of a VM's manifest. Its firmware is found relative to <paramref name="file"/>.</summary>
    /// <exception cref="DescriptionException">The text is wrong.</exception>
    public static VirtualMachineDescription ParseVirtualMachine(string text, string file) =>
        (VirtualMachineDescription)Parse(text, file, "VirtualMachine");

    /// <summary>Reads the text of a description of any kind.</summary>
    /// <exception cref="DescriptionException">The text is wrong.</exception>
    public static IDescription Parse(string text, string file) => Parse(text, file, wantedKind: null);

    /// <summary>The text of a description file, refused when it is too long or not UTF-8.</summary>
    /// <exception cref="DescriptionException">The file cannot be read.</exception>
    public static string Load(string path)
    {
        try
        {
            var text = LoadBytes(path);
            if (text.StartsWith(Encoding.UTF8.Preamble)) text = text[Encoding.UTF8.Preamble.Length..];
            // By its number: the class UTF8Encoding lies in an assembly of its own, for which a short run has no other use.
            return Encoding.GetEncoding(Encoding.UTF8.CodePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback).GetString(text);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or DecoderFallbackException or ArgumentException or NotSupportedException)
        {
            throw Unreadable(path, $"cannot be read: {problem.Message}", problem);
        }
    }

    // Not by its length, which not every file knows, nor all that it may have at once: most are a page or two.
    private static ReadOnlySpan<byte> LoadBytes(string path)
    {
        using var file = File.OpenHandle(path);
        var bytes = new byte[FirstBytes];
        var length = 0;
        while (RandomAccess.Read(file, bytes.AsSpan(length), length) is > 0 and var read)
        {
            length += read;
            if (length > DescriptionLimits.FileBytes) throw Unreadable(path, $"longer than the {DescriptionLimits.FileBytes} bytes that a description may have");
            if (length == bytes.Length) Array.Resize(ref bytes, 2 * length);
        }
        return bytes.AsSpan(0, length);
    }

    private static IDescription Parse(string text, string file, string? wantedKind)
    {
        var errors = new ErrorList();
        var description = YamlTreeReader.Read(text, file, errors) switch
        {
            YamlMapping mapping => ReadKind(mapping, wantedKind, errors),
            { } other => NotAMapping(other, errors),
            null => null,
        };
        errors.ThrowIfAny();
        return description!;
    }

    private static IDescription? ReadKind(YamlMapping mapping, string? wantedKind, ErrorList errors)
    {
        var field = mapping.Find("kind");
        var kind = (field?.Value as YamlScalar)?.Text;
        if (wantedKind is null || kind == wantedKind)
        {
            switch (kind)
            {
                case "Board": return BoardReader.Read(new Fields(mapping, Shapes.Board, "", errors));
                case "Machine": return MachineReader.Read(new Fields(mapping, Shapes.Machine, "", errors));
                case "VirtualMachine": return VirtualMachineReader.Read(new Fields(mapping, Shapes.VirtualMachine, "", errors));
            }
        }
        string[] allowed = wantedKind is null ? Kinds : [wantedKind];
        var problem = field is null ? "missing" : $"'{Fields.Short(kind ?? field.Value.Kind)}' is not what belongs here";
        errors.Add(field?.Value.Where ?? mapping.Where, "kind", $"{problem}; write 'kind: {string.Join("' or 'kind: ", allowed)}'");
        return null;
    }

    private static IDescription? NotAMapping(YamlNode node, ErrorList errors)
    {
        errors.Add(node.Where, "", $"must be a mapping (name: value), not {node.Kind}");
        return null;
    }

    private static DescriptionException Unreadable(string path, string problem, Exception? inner = null) =>
        new([new DescriptionError(new SourceLocation(path, 0, 0), "", problem)], inner);
}
