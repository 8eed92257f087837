// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Reflection.Emit;

namespace EdgeHypervisor.Translation;

/// <summary>
/// 32-bit values in 64-bit registers. What a word operation sets stands in an <c>int32</c> local alone, from block to
/// block as well; it is sign-extended where somebody wants all of it, and on the ways out.
/// </summary>
public sealed partial class RegionEmitter
{
    private readonly LocalBuilder?[] _words = new LocalBuilder?[64];
    private ulong _inWord;  // in their words alone
    private ulong _hasWord; // in their words, and perhaps whole as well
    private BlockFacts _block;

    /// <summary>Whether a register's value is known to be a sign-extended 32-bit one.</summary>
    public bool IsSigned32(int register) => (_block.Facts.Signed32 & Bit(register)) != 0;

    /// <summary>Whether a register's value is known to be zero or one.</summary>
    public bool IsBit(int register) => ValueRange.Bits(1).Contains(_block.Facts.Ranges[register]);

    /// <summary>Whether it stands in an <c>int32</c> local now, so that 32-bit operations are the shorter way.</summary>
    public bool IsInWord(int register) => (_inWord & Bit(register)) != 0;

    /// <summary>Pushes the low 32 bits of a register, as <c>int32</c>.</summary>
    public void GetWord(int register)
    {
        if ((_hasWord & Bit(register)) != 0)
        {
            IL.Emit(OpCodes.Ldloc, Word(register)); // the block that sets it may come later
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
        if (_baseline is not null)
        {
            IL.Emit(OpCodes.Conv_I8);
            Set(register);
            return;
        }
        IL.Emit(OpCodes.Stloc, Word(register));
        _inWord |= Bit(register);
        _hasWord |= Bit(register);
    }

    /// <summary>At the beginning of a block.</summary>
    internal void BeginBlock(in BlockFacts facts)
    {
        _block = facts;
        (_inWord, _hasWord) = (facts.Words, facts.Words);
    }

    private LocalBuilder Word(int register) => _words[register] ??= IL.DeclareLocal(typeof(int));

    private static ulong Bit(int register) => register < 64 ? 1UL << register : 0;

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
            IL.Emit(OpCodes.Ldloc, Word(register));
            IL.Emit(OpCodes.Conv_I8);
            IL.Emit(OpCodes.Stloc, Local(register));
        }
    }

    // Ends a block: the next one finds its registers as it wants them.
    private void GoTo(Way way)
    {
        if (way.IsBack)
        {
            PushStopRequest(); // here and not at the loop's head, where also what the loop does not care about would have to be right
            IL.Emit(OpCodes.Brtrue, Exit(way.Address, RegionExit.Safepoint, 0));
        }
        MakeSure(way);
        PassOn(way);
        IL.Emit(OpCodes.Br, way.Label);
    }

    // The same for a branch: what only this way wants is done behind it, on the way.
    private Label EdgeTo(Way way) => way is { Unsure: 0, IsBack: false } && Wanted(way) == (0, 0) ? way.Label : AtColdEnd(() => GoTo(way));

    // A register of which the block takes for granted that it is a sign-extended word is one, or control leaves.
    private void MakeSure(Way way)
    {
        if (way.Unsure == 0) return;
        var surprised = Exit(way.Address, RegionExit.Surprise, 0);
        for (var unsure = way.Unsure; unsure != 0; unsure &= unsure - 1)
        {
            var local = Local(BitOperations.TrailingZeroCount(unsure));
            IL.Emit(OpCodes.Ldloc, local);
            IL.Emit(OpCodes.Conv_I4);
            IL.Emit(OpCodes.Conv_I8);
            IL.Emit(OpCodes.Ldloc, local);
            IL.Emit(OpCodes.Bne_Un, surprised);
        }
    }

    private void PassOn(Way way)
    {
        var (whole, words) = Wanted(way);
        Extend(whole);
        Narrow(words);
    }

    // Before a branch: what both ways want. Its operands may be on the stack.
    private void PassOnCommon(Way one, Way other)
    {
        var (a, b) = (Wanted(one), Wanted(other));
        Extend(a.Whole & b.Whole);
        Narrow(a.Words & b.Words);
        _inWord &= ~(a.Whole & b.Whole);
        _hasWord |= a.Words & b.Words;
    }

    // What has to be done to registers on a way: extended, or put into words. On the ways out of the region that is done there.
    private (ulong Whole, ulong Words) Wanted(Way way) => way.Words is { } words ? (_inWord & ~words, words & ~_hasWord) : (0, 0);

    private void Narrow(ulong words)
    {
        for (; words != 0; words &= words - 1)
        {
            var register = BitOperations.TrailingZeroCount(words);
            IL.Emit(OpCodes.Ldloc, Local(register));
            IL.Emit(OpCodes.Conv_I4);
            IL.Emit(OpCodes.Stloc, Word(register));
        }
    }
}
