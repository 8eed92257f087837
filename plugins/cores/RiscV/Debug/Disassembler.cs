// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// Instructions as text, from the same table that decodes them: the standard mnemonics, a compressed instruction as
/// what it expands to, without pseudo-instructions.
/// </summary>
internal sealed class Disassembler(Decoder decoder)
{
    private static readonly string[] RoundingModes = ["rne", "rtz", "rdn", "rup", "rmm", "?", "?", "dyn"];

    /// <summary>The instruction in these bits as it stands at an address; <c>.insn</c> with the bits for what means nothing.</summary>
    public string Disassemble(uint bits, ulong address)
    {
        var isShort = Decoder.IsShort(bits);
        if (isShort) bits = (ushort)bits;
        if (decoder.Find(bits) is not { } encoding) return isShort ? $".insn 0x{bits:x4}" : $".insn 0x{bits:x8}";
        var operands = new Operands(encoding, encoding.Decode(bits), address);
        var space = encoding.Assembly.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0) return encoding.Assembly;
        var words = encoding.Assembly[(space + 1)..].Split(", ");
        var text = string.Join(", ", words.Select(operands.Replace));
        return $"{encoding.Assembly[..space]} {text}{operands.RoundingMode}";
    }

    private readonly struct Operands(Encoding encoding, Instruction instruction, ulong address)
    {
        // Dynamic is what assemblers leave out.
        public string RoundingMode => encoding.HasRoundingMode && instruction.RoundingMode != (byte)Translation.FloatingPoint.RoundingMode.Dynamic
            ? ", " + RoundingModes[instruction.RoundingMode]
            : "";

        /// <summary>One word of the syntax: a register, an immediate, or "imm(rs1)".</summary>
        public string Replace(string word)
        {
            var bracket = word.IndexOf('(', StringComparison.Ordinal);
            return bracket < 0 ? Value(word) : $"{(bracket == 0 ? "" : Value(word[..bracket]))}({Value(word[(bracket + 1)..^1])})";
        }

        private string Value(string word) => word switch
        {
            "rd" => Integer(instruction.Rd == Instruction.Discard ? 0 : instruction.Rd),
            "fd" => RegisterNames.Float[instruction.Rd],
            "rs1" => Integer(instruction.Rs1),
            "fs1" => RegisterNames.Float[instruction.Rs1],
            "rs2" => Integer(Second),
            "fs2" => RegisterNames.Float[Second],
            "fs3" => RegisterNames.Float[instruction.Rs3],
            "zimm" => instruction.Rs1.ToString(CultureInfo.InvariantCulture),
            "csr" => $"0x{instruction.Immediate & 0xFFF:x}",
            "target" => $"0x{address + (ulong)instruction.Immediate:x}",
            "imm" when encoding.Op is Op.Lui or Op.Auipc => $"0x{(uint)instruction.Immediate >> 12:x}",
            "imm" => instruction.Immediate.ToString(CultureInfo.InvariantCulture),
            _ => word,
        };

        // Stores and branches keep rs2 where others have rd.
        private int Second => encoding.HasDestination ? instruction.Rs2 : instruction.Rd;

        private static string Integer(int register) => RegisterNames.Integer[register];
    }
}
