// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Reflection.Emit;

namespace EdgeHypervisor.Translation;

/// <summary>
/// 32-bit values in 64-bit registers. Where a register is set again in the same block, its value stands in an
/// <c>int32</c> local alone until then; it is sign-extended where somebody wants all of it, and on the ways out. The last
/// value of a block is extended at once: it would be at the block's end in any case.
/// </summary>
public sealed partial class RegionEmitter
{
    private readonly LocalBuilder?[] _words = new LocalBuilder?[64];
    private ulong _inWord;
    private ulong _isSigned32;

    /// <summary>Whether a register's value is known to be a sign-extended 32-bit one.</summary>
    public bool IsSigned32(int register) => (_isSigned32 & Bit(register)) != 0;

    /// <summary>Whether it stands in an <c>int32</c> local now, so that 32-bit operations are the shorter way.</summary>
    public bool IsInWord(int register) => (_inWord & Bit(register)) != 0;

    /// <summary>Says that a register, just set, holds a sign-extended 32-bit value.</summary>
    public void MarkSigned32(int register) => _isSigned32 |= Bit(register);

    /// <summary>Pushes the low 32 bits of a register, as <c>int32</c>.</summary>
    public void GetWord(int register)
    {
        if (IsInWord(register))
        {
            IL.Emit(OpCodes.Ldloc, _words[register]!);
            return;
        }
        IL.Emit(OpCodes.Ldloc, Local(register));
        if (_registers[register].Kind == RegisterKind.Int64) IL.Emit(OpCodes.Conv_I4);
    }

    /// <summary>Pops an <c>int32</c> into a register, sign-extended.</summary>
    public void SetWord(int register)
    {
        if (_registers[register].Kind != RegisterKind.Int64)
        {
            Set(register);
            return;
        }
        if (Bit(register) == 0 || !IsSetAgain(register))
        {
            IL.Emit(OpCodes.Conv_I8);
            Set(register);
            MarkSigned32(register);
            return;
        }
        IL.Emit(OpCodes.Stloc, _words[register] ??= IL.DeclareLocal(typeof(int)));
        _inWord |= Bit(register);
        _isSigned32 |= Bit(register);
    }

    // The block's last instruction that sets each register.
    internal int[] LastWrites { get; set; } = [];

    private bool IsSetAgain(int register) => register < LastWrites.Length && _index < LastWrites[register];

    private static ulong Bit(int register) => register < 64 ? 1UL << register : 0;

    private void ForgetWords() => (_inWord, _isSigned32) = (0, 0);

    // All of the register is in its local.
    private void Settle(int register)
    {
        if (!IsInWord(register)) return;
        Extend(Bit(register));
        _inWord &= ~Bit(register);
    }

    // Sign-extends the words of a set into their registers. The stack may hold operands.
    private void Extend(ulong words)
    {
        for (; words != 0; words &= words - 1)
        {
            var register = BitOperations.TrailingZeroCount(words);
            IL.Emit(OpCodes.Ldloc, _words[register]!);
            IL.Emit(OpCodes.Conv_I8);
            IL.Emit(OpCodes.Stloc, Local(register));
        }
    }

    // Before control goes to another block.
    private void ExtendAll()
    {
        Extend(_inWord);
        _inWord = 0;
    }
}
