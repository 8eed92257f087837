// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeHypervisor.Runtime;

/// <summary>A trace for programs: an object a line, as docs/openapi.yaml says under TraceLine.</summary>
public sealed class TraceJson(VirtualMachine vm) : ITraceFormat
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }; // for a file, not for a page
    private readonly TraceWords _words = new(vm);

    /// <inheritdoc/>
    public string ContentType => "application/x-ndjson";

    /// <inheritdoc/>
    public void Begin(IBufferWriter<byte> output, long limit)
    {
    }

    /// <inheritdoc/>
    public void Write(IBufferWriter<byte> output, in TraceEvent happened)
    {
        using (var json = new Utf8JsonWriter(output, Plain))
        {
            json.WriteStartObject();
            json.WriteString("event", Word(happened.Kind));
            json.WriteNumber("timeNs", happened.TimeNs);
            if (happened.Kind == TraceEventKind.Lost) json.WriteNumber("count", happened.Value);
            else WriteDetail(json, happened);
            json.WriteEndObject();
        }
        output.Write("\n"u8);
    }

    /// <inheritdoc/>
    public void End(IBufferWriter<byte> output, TraceSummary summary)
    {
        using (var json = new Utf8JsonWriter(output, Plain))
        {
            json.WriteStartObject();
            json.WriteString("event", "end");
            json.WriteNumber("count", summary.Events);
            json.WriteNumber("lost", summary.Lost);
            json.WriteString("reason", summary.Reason);
            json.WriteEndObject();
        }
        output.Write("\n"u8);
    }

    private void WriteDetail(Utf8JsonWriter json, in TraceEvent happened)
    {
        json.WriteString("core", $"cpu{happened.Core}");
        WritePlace(json, "pc", "symbol", happened.Pc);
        switch (happened.Kind)
        {
            case TraceEventKind.Instruction:
                json.WriteString("encoding", $"0x{happened.Instruction.Bits.ToString(happened.Instruction.LengthBytes == 2 ? "x4" : "x8", null)}");
                if (_words.Assembly(happened.Instruction.Bits, happened.Pc) is { Length: > 0 } assembly) json.WriteString("assembly", assembly);
                break;
            case TraceEventKind.Trap:
                var trap = happened.Trap;
                json.WriteString("trap", Quantity.ToKebabCase(trap.Kind.ToString()));
                json.WriteNumber("cause", trap.Cause);
                json.WriteString("name", trap.Name);
                WritePlace(json, "to", "toSymbol", trap.To);
                json.WriteString("value", $"0x{trap.Value:x}");
                break;
            default:
                json.WriteString("device", happened.Device);
                json.WriteString("offset", $"0x{happened.Offset:x}");
                json.WriteNumber("widthBytes", (int)happened.Width);
                json.WriteString("value", TraceWords.Value(happened));
                break;
        }
    }

    private void WritePlace(Utf8JsonWriter json, string field, string symbolField, ulong address)
    {
        json.WriteString(field, $"0x{address:x8}");
        if (_words.Symbol(address) is { Length: > 0 } symbol) json.WriteString(symbolField, symbol);
    }

    private static string Word(TraceEventKind kind) => kind switch
    {
        TraceEventKind.Instruction => "instruction",
        TraceEventKind.Trap => "trap",
        TraceEventKind.Read => "read",
        TraceEventKind.Write => "write",
        _ => "lost",
    };
}
