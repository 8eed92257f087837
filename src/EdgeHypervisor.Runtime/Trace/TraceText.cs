// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text;

namespace EdgeHypervisor.Runtime;

/// <summary>A trace for people, and for grep. Lines that begin with <c>#</c> are about the trace itself.</summary>
public sealed class TraceText(VirtualMachine vm) : ITraceFormat
{
    private readonly TraceWords _words = new(vm);

    /// <inheritdoc/>
    public string ContentType => "text/plain; charset=utf-8";

    /// <inheritdoc/>
    public void Begin(IBufferWriter<byte> output, long limit) =>
        Line(output, $"# trace of {vm.Name}; {vm.Symbols.Count} functions and labels are known; ends after {limit} events at the latest");

    /// <inheritdoc/>
    public void Write(IBufferWriter<byte> output, in TraceEvent happened)
    {
        if (happened.Kind == TraceEventKind.Lost) Line(output, $"# {happened.Value} events are missing here: they came faster than they were written");
        else Line(output, $"{happened.TimeNs / 1_000_000_000,6}.{happened.TimeNs % 1_000_000_000:d9}  cpu{happened.Core}  {Describe(happened)}");
    }

    /// <inheritdoc/>
    public void End(IBufferWriter<byte> output, TraceSummary summary) => Line(output, $"# {summary}");

    private string Describe(in TraceEvent happened) => happened.Kind switch
    {
        TraceEventKind.Instruction => Instruction(happened),
        TraceEventKind.Trap => Trap(happened.Trap),
        _ => $"{(happened.Kind == TraceEventKind.Read ? "read   " : "write  ")}{happened.Device}+0x{happened.Offset:x3} {(int)happened.Width} {TraceWords.Value(happened)}  by {Place(happened.Pc)}",
    };

    private string Instruction(in TraceEvent happened)
    {
        var bits = happened.Instruction;
        var encoding = bits.LengthBytes == 2 ? $"{bits.Bits:x4}    " : $"{bits.Bits:x8}";
        return $"insn   0x{happened.Pc:x8} {encoding} {_words.Assembly(bits.Bits, happened.Pc),-32} {_words.Symbol(happened.Pc)}".TrimEnd();
    }

    private string Trap(in TrapInfo trap)
    {
        if (trap.Kind == TrapKind.Return) return $"return {trap.Name}: {Place(trap.From)} -> {Place(trap.To)}";
        var value = trap.Value == 0 ? "" : $" value 0x{trap.Value:x}";
        return $"trap   {(trap.Kind == TrapKind.Interrupt ? "interrupt" : "exception")} {trap.Cause} {trap.Name}{value}: {Place(trap.From)} -> {Place(trap.To)}";
    }

    private string Place(ulong address) => _words.Symbol(address) is { Length: > 0 } symbol ? $"0x{address:x8} {symbol}" : $"0x{address:x8}";

    private static void Line(IBufferWriter<byte> output, string text)
    {
        var space = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length) + 1);
        var count = Encoding.UTF8.GetBytes(text, space);
        space[count] = (byte)'\n';
        output.Advance(count + 1);
    }
}
