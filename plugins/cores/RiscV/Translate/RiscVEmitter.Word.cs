// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// What is done in 32 bits on RV64: the word instructions, and what gives the same in 32 bits when its operands are
/// sign-extended words.
/// </summary>
internal sealed partial class RiscVEmitter
{
    /// <inheritdoc/>
    public RegisterForm FormOf(in TranslatedInstruction translated, ulong signed32, ulong words)
    {
        ref readonly var i = ref translated.Decoded;
        if (!_is64) return RegisterForm.Whole;
        switch (i.Op)
        {
            case (>= Op.Addiw and <= Op.Sraw) or (>= Op.Mulw and <= Op.Remuw):
                return RegisterForm.Word;
            case Op.Addi when i is { Rs1: not 0, Immediate: not 0 }:
                return RegisterForm.Whole;
            case Op.Addi or Op.Xori or Op.Ori or Op.Andi:
                if (i.Op == Op.Andi && i.Immediate >= 0 && !Is(words, i.Rs1)) return RegisterForm.Signed32;
                return !IsSigned(i.Rs1) ? RegisterForm.Whole : Is(words, i.Rs1) ? RegisterForm.Word : RegisterForm.Signed32;
            case Op.Xor or Op.Or or Op.And:
                if (!IsSigned(i.Rs1) || !IsSigned(i.Rs2)) return RegisterForm.Whole;
                return Is(words, i.Rs1) || Is(words, i.Rs2) ? RegisterForm.Word : RegisterForm.Signed32;
            case Op.Lui or Op.Slt or Op.Slti or Op.Sltu or Op.Sltiu:
            case Op.Lb or Op.Lh or Op.Lw or Op.Lbu or Op.Lhu:
            case Op.Srli or Op.Srai when i.Immediate > 32:
            case Op.SextB or Op.SextH or Op.ZextH:
                return RegisterForm.Signed32;
            default:
                return RegisterForm.Whole;
        }

        static bool Is(ulong set, byte register) => register != 0 && (set >> register & 1) != 0;
        bool IsSigned(byte register) => register == 0 || Is(signed32, register);
    }

    /// <summary>Writes an instruction in 32 bits where that is what it says, or as good; false where it is not.</summary>
    private bool TryEmitWord(in Instruction i, RegionEmitter region)
    {
        if (!_is64) return false;
        switch (i.Op)
        {
            case Op.Addiw when i is { Rs1: not 0, Immediate: 0 } && region.IsSigned32(i.Rs1) && !region.IsInWord(i.Rs1):
                // Extended already: nothing but a copy.
                PushWord(i.Rs1, region);
                region.SetWord(i.Rd);
                return true;
            case >= Op.Addiw and <= Op.Sraw:
                EmitWord(i, region);
                return true;
            case >= Op.Mulw and <= Op.Remuw:
                EmitMultiplyWord(i, region);
                return true;
            case Op.Xori or Op.Ori or Op.Andi when i.Rs1 != 0 && region.IsInWord(i.Rs1):
                PushWord(i.Rs1, region);
                region.IL.Emit(OpCodes.Ldc_I4, i.Immediate);
                break;
            case Op.Xor or Op.Or or Op.And when AreWords(i.Rs1, i.Rs2, region):
                PushWord(i.Rs1, region);
                PushWord(i.Rs2, region);
                break;
            case Op.Addi when i is { Rs1: not 0, Immediate: 0 } && region.IsInWord(i.Rs1):
                PushWord(i.Rs1, region);
                region.SetWord(i.Rd);
                return true;
            default:
                return false;
        }
        region.IL.Emit(i.Op switch
        {
            Op.Xori or Op.Xor => OpCodes.Xor,
            Op.Ori or Op.Or => OpCodes.Or,
            _ => OpCodes.And,
        });
        region.SetWord(i.Rd);
        return true;
    }

    private void EmitWord(in Instruction i, RegionEmitter region)
    {
        PushWord(i.Rs1, region);
        if (i.Op < Op.Addw) region.IL.Emit(OpCodes.Ldc_I4, i.Immediate);
        else PushWord(i.Rs2, region);
        switch (i.Op)
        {
            case Op.Addiw or Op.Addw: region.IL.Emit(OpCodes.Add); break;
            case Op.Subw: region.IL.Emit(OpCodes.Sub); break;
            case Op.Slliw or Op.Sllw: ShiftWord(OpCodes.Shl, region); break;
            case Op.Srliw or Op.Srlw: ShiftWord(OpCodes.Shr_Un, region); break;
            case Op.Sraiw or Op.Sraw: ShiftWord(OpCodes.Shr, region); break;
        }
        region.SetWord(i.Rd);
    }

    // Sign-extended words compare, and combine bit by bit, as their words do; but only one that stands in a word makes it shorter.
    private bool AreWords(byte left, byte right, RegionEmitter region)
    {
        return _is64 && (IsInWord(left) || IsInWord(right)) && IsSigned(left) && IsSigned(right);

        bool IsInWord(byte register) => register != 0 && region.IsInWord(register);
        bool IsSigned(byte register) => register == 0 || region.IsSigned32(register);
    }

    private static void ShiftWord(OpCode shift, RegionEmitter region)
    {
        region.IL.Emit(OpCodes.Ldc_I4, 31);
        region.IL.Emit(OpCodes.And);
        region.IL.Emit(shift);
    }
}
