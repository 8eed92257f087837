// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Runtime;

/// <summary>An Intel HEX file: lines of hexadecimal records with addresses and checksums. Nothing the file says is trusted.</summary>
/// <remarks>Intel, Hexadecimal Object File Format Specification, revision A (1988).</remarks>
internal static class IntelHexFile
{
    private const int MaximumSegments = 100_000;
    private const int OverheadBytes = 5; // length, two of address, type, checksum

    private enum RecordType : byte { Data, EndOfFile, ExtendedSegmentAddress, StartSegmentAddress, ExtendedLinearAddress, StartLinearAddress }

    /// <summary>Whether these bytes look like an Intel HEX file: a colon, then hexadecimal digits.</summary>
    public static bool IsHex(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 2 * OverheadBytes && bytes[0] == ':' && !bytes[1..11].ContainsAnyExcept("0123456789ABCDEFabcdef"u8);

    /// <summary>The data, adjacent records joined, and the entry point (0 when the file names none).</summary>
    /// <exception cref="FirmwareException">Not such a file, damaged or truncated.</exception>
    public static (List<FirmwareSegment> Segments, ulong Entry) Load(string file, ReadOnlySpan<byte> bytes)
    {
        var segments = new List<FirmwareSegment>();
        var data = new List<byte>();
        var start = 0ul;
        var upper = 0u;
        var entry = 0ul;
        Span<byte> record = stackalloc byte[255 + OverheadBytes];
        var line = 0;
        for (var at = 0; at < bytes.Length;)
        {
            line++;
            var end = bytes[at..].IndexOf((byte)'\n');
            var text = bytes.Slice(at, end < 0 ? bytes.Length - at : end).TrimEnd(" \t\r"u8);
            var (here, lineNumber) = (at, line);
            at += end < 0 ? bytes.Length - at : end + 1;
            if (text.IsEmpty) continue;
            var content = Decode(text, record, problem => new FirmwareException(file, here, $"line {lineNumber}: {problem}"));
            var type = (RecordType)record[3];
            switch (type)
            {
                case RecordType.Data:
                    var address = upper + (ulong)BinaryPrimitives.ReadUInt16BigEndian(record[1..]);
                    if (data.Count > 0 && address != start + (ulong)data.Count) Close();
                    if (data.Count == 0) start = address;
                    data.AddRange(content);
                    break;
                case RecordType.EndOfFile:
                    Close();
                    if (segments.Count == 0) throw new FirmwareException(file, here, $"line {lineNumber}: the end, and there was no data");
                    return (segments, entry);
                case RecordType.ExtendedSegmentAddress when content.Length == 2: upper = (uint)BinaryPrimitives.ReadUInt16BigEndian(content) << 4; break;
                case RecordType.ExtendedLinearAddress when content.Length == 2: upper = (uint)BinaryPrimitives.ReadUInt16BigEndian(content) << 16; break;
                case RecordType.StartLinearAddress when content.Length == 4: entry = BinaryPrimitives.ReadUInt32BigEndian(content); break;
                case RecordType.StartSegmentAddress when content.Length == 4: break; // CS:IP of an 8086; nothing here starts so
                default: throw new FirmwareException(file, here, $"line {lineNumber}: record type {(byte)type} with {content.Length} bytes is not known");
            }
        }
        throw new FirmwareException(file, bytes.Length, "no end-of-file record: is it truncated?");

        void Close()
        {
            if (data.Count == 0) return;
            if (segments.Count == MaximumSegments) throw new FirmwareException(file, null, $"more than {MaximumSegments} separate pieces of data");
            segments.Add(new FirmwareSegment(start, data.ToArray()));
            data.Clear();
        }
    }

    // A record into bytes: length, address, type, content, checksum. The content is given back.
    private static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> text, Span<byte> record, Func<string, FirmwareException> error)
    {
        if (text[0] != ':') throw error("a record begins with ':'");
        var digits = text[1..];
        if (digits.Length % 2 != 0 || digits.Length < 2 * OverheadBytes || digits.Length > 2 * record.Length)
            throw error($"{digits.Length} digits do not make a record");
        if (Convert.FromHexString(digits, record, out _, out var count) != System.Buffers.OperationStatus.Done) throw error("has something that is not a hexadecimal digit");
        if (count != record[0] + OverheadBytes) throw error($"says {record[0]} bytes and has {count - OverheadBytes}");
        byte sum = 0;
        foreach (var b in record[..count]) sum += b;
        if (sum != 0) throw error("its checksum is wrong");
        return record.Slice(4, record[0]);
    }
}
