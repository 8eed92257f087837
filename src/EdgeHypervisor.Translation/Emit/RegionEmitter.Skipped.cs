// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Translation;

/// <summary>Branches around a few instructions that compute a register: executed in any case, and the old value chosen where they are skipped.</summary>
public sealed partial class RegionEmitter
{
    /// <summary>What the branch that is written next skips; null where it is to be a branch.</summary>
    internal SkippedBlock? Skipped { get; set; }

    // The operands are on the stack.
    private void ExecuteAndChoose(OpCode condition, SkippedBlock skipped)
    {
        var register = skipped.Register;
        var isWide = _registers[register].Kind == RegisterKind.Int64;
        var wasWord = isWide && IsInWord(register);
        var type = isWide && !wasWord ? typeof(long) : typeof(int);
        var (mask, before) = (IL.DeclareLocal(type), IL.DeclareLocal(type));
        PushMask(condition, type);
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
        if (isOfTaken)
        {
            IL.Emit(OpCodes.Ldc_I4_1);
            if (type == typeof(long)) IL.Emit(OpCodes.Conv_I8);
            IL.Emit(OpCodes.Sub);
        }
        else
        {
            IL.Emit(OpCodes.Neg);
        }
    }
}
