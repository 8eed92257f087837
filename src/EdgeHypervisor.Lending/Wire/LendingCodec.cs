// SPDX-License-Identifier: Apache-2.0
using System.Formats.Cbor;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Lending;

/// <summary>Messages of lending as CBOR maps; docs/remote-devices.md lists the keys.</summary>
internal static class LendingCodec
{
    /// <summary>The version of the messages; another one is refused.</summary>
    public const int Version = 1;

    /// <summary>The most ports of one loan.</summary>
    public const int MaximumPorts = 128;

    /// <summary>The longest terms.</summary>
    public const int MaximumTermsLength = 64 * 1024;

    private const int MaximumReasonLength = 4096;
    private const int MaximumKeyShareBytes = 128;
    private const long MaximumMicroseconds = 1_000_000_000_000;

    private enum Key
    {
        Version = 1,
        Kind = 2,
        From = 3,
        To = 4,
        Attempt = 5,
        Epoch = 6,
        Terms = 7,
        Ports = 8,
        Answers = 9,
        KeyShare = 10,
        Reason = 11,
        Lease = 12,
        Held = 13,
        Vm = 14,
    }

    public static byte[] Encode(LendingMessage message)
    {
        var writer = new CborWriter(CborConformanceMode.Strict, convertIndefiniteLengthEncodings: true);
        writer.WriteStartMap(null);
        At(writer, Key.Version).WriteInt32(Version);
        At(writer, Key.Kind).WriteUInt32((uint)message.Kind);
        At(writer, Key.From).WriteTextString(message.From);
        At(writer, Key.To).WriteTextString(message.To);
        At(writer, Key.Attempt).WriteUInt64(message.Attempt);
        if (message.Epoch != 0) At(writer, Key.Epoch).WriteUInt64(message.Epoch);
        if (message.Terms.Length > 0) At(writer, Key.Terms).WriteTextString(message.Terms);
        if (message.Ports.Count > 0) WritePorts(At(writer, Key.Ports), message.Ports);
        if (message.Answers.Count > 0) WriteAnswers(At(writer, Key.Answers), message.Answers);
        if (!message.KeyShare.IsEmpty) At(writer, Key.KeyShare).WriteByteString(message.KeyShare.Span);
        if (message.Reason.Length > 0) At(writer, Key.Reason).WriteTextString(Cut(message.Reason));
        if (message.Lease > TimeSpan.Zero) At(writer, Key.Lease).WriteInt64((long)message.Lease.TotalMicroseconds);
        if (message.Held > TimeSpan.Zero) At(writer, Key.Held).WriteInt64((long)message.Held.TotalMicroseconds);
        if (message.Vm.Length > 0) At(writer, Key.Vm).WriteTextString(message.Vm);
        writer.WriteEndMap();
        return writer.Encode();
    }

    /// <exception cref="FormatException">Not such a message; says what is wrong.</exception>
    public static LendingMessage Decode(ReadOnlyMemory<byte> encoded)
    {
        var (version, kind, from, to) = (0, default(LendingMessageKind), "", "");
        var message = new LendingMessage { Kind = default, From = "", To = "", Attempt = 0 };
        CborMap.Read(encoded, (key, reader) =>
        {
            switch ((Key)key)
            {
                case Key.Version: version = reader.ReadInt32(); break;
                case Key.Kind: kind = reader.ReadEnum<LendingMessageKind>(); break;
                case Key.From: from = reader.ReadName(); break;
                case Key.To: to = reader.ReadName(); break;
                case Key.Attempt: message = message with { Attempt = reader.ReadUInt64() }; break;
                case Key.Epoch: message = message with { Epoch = reader.ReadUInt64() }; break;
                case Key.Terms: message = message with { Terms = reader.ReadText(MaximumTermsLength) }; break;
                case Key.Ports: message = message with { Ports = ReadList(reader, ReadPort) }; break;
                case Key.Answers: message = message with { Answers = ReadList(reader, ReadAnswer) }; break;
                case Key.KeyShare: message = message with { KeyShare = reader.ReadBytes(MaximumKeyShareBytes) }; break;
                case Key.Reason: message = message with { Reason = reader.ReadText(MaximumReasonLength) }; break;
                case Key.Lease: message = message with { Lease = ReadTime(reader) }; break;
                case Key.Vm: message = message with { Vm = reader.ReadName() }; break;
                case Key.Held: message = message with { Held = ReadTime(reader) }; break;
                default: return false;
            }
            return true;
        });
        if (version != Version) throw new FormatException($"version {version} of lending; this board speaks {Version}");
        if (kind == default || from.Length == 0 || to.Length == 0) throw new FormatException("kind, sender and receiver are needed");
        return message with { Kind = kind, From = from, To = to };
    }

    private static CborWriter At(CborWriter writer, Key key)
    {
        writer.WriteInt32((int)key);
        return writer;
    }

    private static void WritePorts(CborWriter writer, IReadOnlyList<AskedPort> ports)
    {
        writer.WriteStartArray(ports.Count);
        foreach (var port in ports)
        {
            writer.WriteStartArray(2);
            writer.WriteTextString(port.Port.ToString());
            writer.WriteUInt32((uint)port.Kind);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
    }

    private static AskedPort ReadPort(CborReader reader)
    {
        if (reader.ReadStartArray() != 2) throw new FormatException("a port is a name and a kind");
        if (!PortName.TryParse(reader.ReadText(128), out var name)) throw new FormatException("not a port's name");
        var kind = reader.ReadEnum<PortKind>();
        reader.ReadEndArray();
        return new AskedPort(name, kind);
    }

    private static void WriteAnswers(CborWriter writer, IReadOnlyList<PortAnswer> answers)
    {
        writer.WriteStartArray(answers.Count);
        foreach (var answer in answers)
        {
            writer.WriteStartArray(4);
            writer.WriteTextString(answer.Port);
            writer.WriteTextString(Cut(answer.Problem));
            writer.WriteTextString(Cut(answer.Detail));
            writer.WriteUInt32(answer.Kind is { } kind ? (uint)kind + 1 : 0);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
    }

    private static PortAnswer ReadAnswer(CborReader reader)
    {
        if (reader.ReadStartArray() != 4) throw new FormatException("an answer has four parts");
        var (port, problem, detail, kind) = (reader.ReadText(128), reader.ReadText(MaximumReasonLength), reader.ReadText(MaximumReasonLength), reader.ReadUInt32());
        reader.ReadEndArray();
        if (kind > (uint)PeripheralKind.Led + 1) throw new FormatException($"{kind} is no kind of peripheral");
        return new PortAnswer(port, problem, detail, kind == 0 ? null : (PeripheralKind)(kind - 1));
    }

    private static List<T> ReadList<T>(CborReader reader, Func<CborReader, T> read)
    {
        var count = reader.ReadStartArray();
        if (count is null or < 0 or > MaximumPorts) throw new FormatException($"a list of {count} ports; {MaximumPorts} are the most");
        var list = new List<T>();
        for (var i = 0; i < count; i++) list.Add(read(reader));
        reader.ReadEndArray();
        return list;
    }

    private static TimeSpan ReadTime(CborReader reader) => reader.ReadInt64() is >= 0 and <= MaximumMicroseconds and var time
        ? TimeSpan.FromMicroseconds(time)
        : throw new FormatException("a time that is out of range");

    private static string Cut(string text) => text.Length <= MaximumReasonLength ? text : text[..MaximumReasonLength];
}
