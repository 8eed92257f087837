// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// Instructions that are one on most hosts: a rotation is two shifts and an OR without Zbb, and so is an
/// extended word, halfword or byte two shifts without Zba and Zbb. The shifts are written as they are; RyuJIT drops them when nobody wants them.
/// </summary>
internal sealed partial class RiscVEmitter
{
    private bool TryEmitIdiom(in Instruction i, RegionEmitter region)
    {
        if (!region.IsOptimised) return false;
        var notes = Notes(region);
        var made = IsShift(i.Op) && i.Rs1 != 0 && i.Immediate != 0 ? Shift(i, notes, region) : null;
        var isWritten = TryEmitRotation(i, notes, region) || TryEmitExtension(i, notes, region);
        notes.Written(i.Rd);
        notes.Shifts[i.Rd] = made;
        return isWritten;
    }

    private static BlockNotes Notes(RegionEmitter region) => (BlockNotes)(region.BlockNotes ??= new BlockNotes());

    private bool IsShift(Op op) => op is Op.Slli or Op.Srli || (_is64 && op is Op.Slliw or Op.Srliw);

    // Keeps the value that is shifted, for when the shift is the half of something.
    private Shifted Shift(in Instruction i, BlockNotes notes, RegionEmitter region)
    {
        var source = i.Rs1;
        var (version, isWord) = (notes.Versions[source], !_is64 || i.Op is Op.Slliw or Op.Srliw || i is { Op: Op.Slli, Immediate: 32 });
        foreach (var other in notes.Shifts)
        {
            // The same value shifted already: the kept one serves both.
            if (other is not null && other.Source == source && other.Version == version && other.Value.LocalType == (isWord ? typeof(int) : typeof(long)))
                return new Shifted(i.Op, source, version, i.Immediate, other.Value);
        }
        var value = region.IL.DeclareLocal(isWord ? typeof(int) : typeof(long));
        if (isWord) region.GetWord(source);
        else region.Get(source);
        region.IL.Emit(OpCodes.Stloc, value);
        return new Shifted(i.Op, source, version, i.Immediate, value);
    }

    private bool TryEmitRotation(in Instruction i, BlockNotes notes, RegionEmitter region)
    {
        if (i.Op is not (Op.Or or Op.Xor or Op.Add or Op.Addw) || i.Rs1 == 0 || i.Rs2 == 0) return false;
        var (left, right) = (notes.Shifts[i.Rs1], notes.Shifts[i.Rs2]);
        if (left?.Op is Op.Srli or Op.Srliw) (left, right) = (right, left);
        if (left is null || right is null || left.Value != right.Value) return false;
        var isWord = left.Value.LocalType == typeof(int);
        var isPair = (left.Op, right.Op) is (Op.Slli, Op.Srli) or (Op.Slliw, Op.Srliw);
        if (!isPair || left.Amount + right.Amount != (isWord ? 32 : 64) || (i.Op == Op.Addw && !isWord)) return false;
        // Sums of sign-extended words are no sign-extended words.
        if (_is64 && isWord && (i.Op == Op.Add || left.Op != Op.Slliw)) return false;
        region.IL.Emit(OpCodes.Ldloc, right.Value);
        region.IL.Emit(OpCodes.Ldc_I4, right.Amount);
        region.IL.Emit(OpCodes.Call, HostOperation.RotateRight(!isWord));
        if (isWord) region.SetWord(i.Rd);
        else region.Set(i.Rd);
        return true;
    }

    // slli x, 32 and then srli by up to 32: the low word, shifted left again by the difference. With 48 and 56 the low
    // halfword and byte; with srai their sign goes on.
    private bool TryEmitExtension(in Instruction i, BlockNotes notes, RegionEmitter region)
    {
        if (!_is64 || i.Op is not (Op.Srli or Op.Srai) || i.Immediate == 0 || notes.Shifts[i.Rs1] is not { Op: Op.Slli } inner || i.Immediate > inner.Amount) return false;
        OpCode? cut = (inner.Amount, i.Op) switch
        {
            (32, Op.Srli) => OpCodes.Conv_U4,
            (48, Op.Srli) => OpCodes.Conv_U2,
            (48, Op.Srai) => OpCodes.Conv_I2,
            (56, Op.Srli) => OpCodes.Conv_U1,
            (56, Op.Srai) => OpCodes.Conv_I1,
            _ => null,
        };
        if (cut is not { } part) return false;
        region.IL.Emit(OpCodes.Ldloc, inner.Value);
        region.IL.Emit(part);
        region.IL.Emit(i.Op == Op.Srai ? OpCodes.Conv_I8 : OpCodes.Conv_U8);
        if (i.Immediate != inner.Amount)
        {
            region.IL.Emit(OpCodes.Ldc_I4, inner.Amount - i.Immediate);
            region.IL.Emit(OpCodes.Shl);
        }
        region.Set(i.Rd);
        return true;
    }
}
