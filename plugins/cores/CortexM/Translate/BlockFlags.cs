// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>
/// What becomes of the condition flags in one block: which instruction has to set which, and which conditions compare
/// the operands of the instruction before instead of asking flags.
/// </summary>
/// <remarks>
/// Where an instruction may leave the region in the middle of the block, the interpreter asks the flags: they are set
/// for conditions behind it, even if the region itself compares operands.
/// </remarks>
internal sealed class BlockFlags
{
    private readonly Flags[] _needed;
    private readonly bool[] _isKept;
    private readonly bool[] _comparesOperands;
    private readonly bool[] _needsFlags;
    private int _index = -1;

    public BlockFlags(IReadOnlyList<TranslatedInstruction> block, RegionEmitter region)
    {
        (_needed, _isKept) = (new Flags[block.Count], new bool[block.Count]);
        (_comparesOperands, _needsFlags) = (new bool[block.Count], new bool[block.Count]);
        var last = Match(block);
        var live = (Flags)region.LiveStatus & Flags.All;
        if (last >= 0 && block[^1] is { It: 0, Decoded.Op: >= Op.Beq and <= Op.Cbnz })
        {
            // What only one way out of the block asks for is set on that way, as a loop's end mostly is.
            var (target, next) = ((Flags)region.LiveStatusAtTarget, (Flags)region.LiveStatusAtNext);
            var late = FlagUse.Writes(block[last].Decoded, false) & (IsArithmetic(block[last].Decoded.Op) ? Flags.All : Flags.NZ);
            (AtTarget, AtNext) = (target & ~next & late, next & ~target & late);
            live &= ~(AtTarget | AtNext);
            _isKept[last] |= (AtTarget | AtNext) != Flags.None;
        }
        FindNeeded(block, live);
    }

    /// <summary>The flags that the last setter's operands give on the way to the target of the branch at the end.</summary>
    public Flags AtTarget { get; }

    /// <summary>The same on the other way.</summary>
    public Flags AtNext { get; }

    /// <summary>The flags that the current instruction sets for others.</summary>
    public Flags Needed => _needed[_index];

    /// <summary>Whether a condition later in the block compares the operands or the result of the current instruction.</summary>
    public bool IsKept => _isKept[_index];

    /// <summary>Whether the current instruction's condition compares the last kept operands.</summary>
    public bool ComparesOperands => _comparesOperands[_index];

    /// <summary>The instruction whose operands are kept.</summary>
    public Op KeptOp { get; set; }

    /// <summary>The next instruction of the block begins.</summary>
    public void Advance() => _index++;

    // Forward: conditions that follow one setter of all their flags, with no other setter between.
    // The last setter, if nothing behind it may leave.
    private int Match(IReadOnlyList<TranslatedInstruction> block)
    {
        var (setter, mayLeave) = (-1, false);
        for (var i = 0; i < block.Count; i++)
        {
            var (decoded, it) = (block[i].Decoded, block[i].It);
            mayLeave |= CortexMEmitter.MayLeave(block[i]);
            if (ConditionOf(block[i]) is { } condition)
            {
                if (setter >= 0 && CanCompare(block[setter].Decoded, condition)) (_comparesOperands[i], _isKept[setter]) = (true, true);
                _needsFlags[i] = !_comparesOperands[i] || mayLeave;
            }
            if (FlagUse.Writes(decoded, false) == Flags.None) continue;
            (setter, mayLeave) = (it == 0 ? i : -1, false);
        }
        return mayLeave ? -1 : setter;
    }

    // Backward: a flag is set where it is live behind.
    private void FindNeeded(IReadOnlyList<TranslatedInstruction> block, Flags live)
    {
        for (var i = block.Count - 1; i >= 0; i--)
        {
            var (decoded, it) = (block[i].Decoded, block[i].It);
            var writes = FlagUse.Writes(decoded, false);
            _needed[i] = it == 0 ? writes & live : writes;
            if (it == 0) live &= ~writes;
            if (!(decoded.Op is >= Op.Beq and <= Op.Ble)) live |= FlagUse.Reads(decoded);
            if (ConditionOf(block[i]) is { } condition && _needsFlags[i]) live |= FlagUse.OfCondition(condition);
        }
    }

    // Those whose operands give all flags.
    private static bool IsArithmetic(Op op) => op is Op.Add or Op.Sub or Op.Rsb or Op.Cmp or Op.Cmn;

    private static uint? ConditionOf(in TranslatedInstruction i)
    {
        if (i.It != 0) return (uint)i.It >> 4;
        return i.Decoded.Op is >= Op.Beq and <= Op.Ble ? (uint)(i.Decoded.Op - Op.Beq) : null;
    }

    // A difference answers everything but overflow alone; a result answers zero and sign.
    private static bool CanCompare(in Instruction setter, uint condition) => setter.Op switch
    {
        Op.Sub or Op.Cmp or Op.Rsb => condition is < 6 or (>= 8 and < 14),
        Op.Vmrs => false,
        _ => condition is 0 or 1 or 4 or 5,
    };
}
