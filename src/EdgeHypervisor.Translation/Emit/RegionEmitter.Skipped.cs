// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Translation;

/// <summary>Branches around a few instructions that compute a register: executed in any case, and the old value chosen where they are skipped.</summary>
public sealed partial class RegionEmitter
{
    /// <summary>What the branch that is written next skips; null where it is to be a branch.</summary>
    internal SkippedBlock? Skipped { get; set; }

    // The operands are on the stack.
    private void ExecuteAndChoose(OpCode condition, bool isOfBit, SkippedBlock skipped)
    {
        var register = skipped.Register;
        var isWide = _registers[register].Kind == RegisterKind.Int64;
        var wasWord = isWide && IsInWord(register);
        var type = isWide && !wasWord ? typeof(long) : typeof(int);
        var (mask, before) = (IL.DeclareLocal(type), IL.DeclareLocal(type));
        if (isOfBit) PushMaskOfBit(condition, type);
        else PushMask(condition, type);
        IL.Emit(OpCodes.Stloc, mask);
        IL.Emit(OpCodes.Ldloc, wasWord ? Word(register) : Local(register));
        IL.Emit(OpCodes.Stloc, before);
        skipped.Write();
        var isWord = wasWord && IsInWord(register);
        if (!isWord) Settle(register);
        IL.Emit(OpCodes.Ldloc, isWord ? Word(register) : Local(register));
        PushWide(before);
        IL.Emit(OpCodes.Xor);
        PushWide(mask);
        IL.Emit(OpCodes.And);
        PushWide(before);
        IL.Emit(OpCodes.Xor);
        if (isWord) SetWord(register);
        else Set(register);
        GoTo(skipped.Join);

        void PushWide(LocalBuilder local)
        {
            IL.Emit(OpCodes.Ldloc, local);
            if (wasWord && !isWord) IL.Emit(OpCodes.Conv_I8);
        }
    }

    // The same for a number that is zero or one, compared with zero: it is all but the mask itself.
    private void PushMaskOfBit(OpCode condition, Type type)
    {
        IL.Emit(OpCodes.Or); // with the zero
        IL.Emit(type == typeof(long) ? OpCodes.Conv_U8 : OpCodes.Conv_I4);
        PushMask(isSetWhereTaken: condition.Value == OpCodes.Bne_Un.Value, type);
    }

    // All ones where the branch is not taken, else zero.
    private void PushMask(OpCode condition, Type type)
    {
        var (compare, isOfTaken) = condition.Value switch
        {
            var c when c == OpCodes.Beq.Value => (OpCodes.Ceq, true),
            var c when c == OpCodes.Bne_Un.Value => (OpCodes.Ceq, false),
            var c when c == OpCodes.Blt.Value => (OpCodes.Clt, true),
            var c when c == OpCodes.Bge.Value => (OpCodes.Clt, false),
            var c when c == OpCodes.Blt_Un.Value => (OpCodes.Clt_Un, true),
            var c when c == OpCodes.Bge_Un.Value => (OpCodes.Clt_Un, false),
            _ => throw new InvalidOperationException($"{condition} is no condition of integers"),
        };
        IL.Emit(compare);
        if (type == typeof(long)) IL.Emit(OpCodes.Conv_U8);
        PushMask(isOfTaken, type);
    }

    // Of a one where the branch is taken, or where it is not.
    private void PushMask(bool isSetWhereTaken, Type type)
    {
        if (!isSetWhereTaken)
        {
            IL.Emit(OpCodes.Neg);
            return;
        }
        IL.Emit(OpCodes.Ldc_I4_1);
        if (type == typeof(long)) IL.Emit(OpCodes.Conv_I8);
        IL.Emit(OpCodes.Sub);
    }
}
