// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// What instructions leave in their registers, as ranges of numbers: addresses that the program computes from its own
/// place, bytes and halfwords that were loaded, bit fields. An index into a table is of that kind, and the table needs no check then.
/// </summary>
internal sealed partial class RiscVEmitter
{
    /// <inheritdoc/>
    public ValueRange RangeOf(in TranslatedInstruction translated, ulong address, RegisterRanges registers)
    {
        ref readonly var i = ref translated.Decoded;
        if (!_is64) return ValueRange.All;
        var left = i.Rs1 == 0 ? ValueRange.Constant(0) : registers[i.Rs1];
        switch (i.Op)
        {
            case Op.Lui: return ValueRange.Constant(i.Immediate);
            case Op.Auipc: return ValueRange.Constant((long)(address + (ulong)i.Immediate));
            case Op.Jal or Op.Jalr: return ValueRange.All;
            case Op.Lbu: return ValueRange.Bits(8);
            case Op.Lhu: return ValueRange.Bits(16);
            case Op.Lwu: return ValueRange.Bits(32);
            case Op.Lb: return new ValueRange(sbyte.MinValue, sbyte.MaxValue);
            case Op.Lh: return new ValueRange(short.MinValue, short.MaxValue);
            case Op.Lw: return ValueRange.Signed32;
            case >= Op.Addi and <= Op.Srai: return RangeOfImmediate(i, left);
            case Op.Slt or Op.Sltu: return ValueRange.Bits(1);
            case Op.Addiw: return left.Plus(ValueRange.Constant(i.Immediate)).AsWord();
            case Op.Slliw: return left.ShiftedLeft(i.Immediate).AsWord();
            case Op.Srliw when i.Immediate != 0: return left.Low >= 0 && left.High <= uint.MaxValue ? left.ShiftedRight(i.Immediate) : ValueRange.Bits(32 - i.Immediate);
            case (>= Op.Srliw and <= Op.Sraw) or (>= Op.Mulw and <= Op.Remuw): return RangeOfWord(i, left, registers);
        }
        if (!HasRs2(i.Op)) return ValueRange.All;
        var right = i.Rs2 == 0 ? ValueRange.Constant(0) : registers[i.Rs2];
        return i.Op switch
        {
            Op.Add => left.Plus(right),
            Op.Sub => left.Minus(right),
            Op.And => left.And(right),
            Op.Or or Op.Xor => left.Or(right),
            Op.Sh1add => left.ShiftedLeft(1).Plus(right),
            Op.Sh2add => left.ShiftedLeft(2).Plus(right),
            Op.Sh3add => left.ShiftedLeft(3).Plus(right),
            _ => ValueRange.All,
        };
    }

    private static ValueRange RangeOfImmediate(in Instruction i, ValueRange left) => i.Op switch
    {
        Op.Addi => left.Plus(ValueRange.Constant(i.Immediate)),
        Op.Slti or Op.Sltiu => ValueRange.Bits(1),
        Op.Andi => left.And(ValueRange.Constant(i.Immediate)),
        Op.Ori or Op.Xori => left.Or(ValueRange.Constant(i.Immediate)),
        Op.Slli => left.ShiftedLeft(i.Immediate),
        Op.Srli => left.ShiftedRight(i.Immediate),
        Op.Srai when left.Low >= 0 => left.ShiftedRight(i.Immediate),
        _ => ValueRange.All,
    };

    private static ValueRange RangeOfWord(in Instruction i, ValueRange left, RegisterRanges registers)
    {
        if (i.Op is not (Op.Addw or Op.Subw)) return ValueRange.Signed32;
        var right = i.Rs2 == 0 ? ValueRange.Constant(0) : registers[i.Rs2];
        return (i.Op == Op.Addw ? left.Plus(right) : left.Minus(right)).AsWord();
    }
}
