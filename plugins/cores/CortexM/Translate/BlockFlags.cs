// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>
/// What becomes of the condition flags in one block: which instruction has to set which, and which conditions compare
/// the operands of the instruction before instead of asking flags.
/// </summary>
/// <remarks>
/// A flag that only somebody elsewhere asks for is set late: on the one way out of the block where it is read, or where
/// an instruction turns out to need the interpreter. Both make it from the operands that were kept.
/// </remarks>
internal sealed class BlockFlags
{
    private readonly TranslatedInstruction[] _block;
    private readonly Flags[] _needed;
    private readonly Flags[] _atExit;
    private readonly bool[] _isKept;
    private readonly bool[] _comparesOperands;
    private readonly int[] _setters;
    private int _index = -1;

    public BlockFlags(TranslatedInstruction[] block, RegionEmitter region)
    {
        _block = block;
        (_needed, _atExit) = (new Flags[block.Length], new Flags[block.Length]);
        (_isKept, _comparesOperands, _setters) = (new bool[block.Length], new bool[block.Length], new int[block.Length]);
        var last = Match();
        var live = (Flags)region.LiveStatus & Flags.All;
        FindRead(live, region.IsOptimised);
        if (last >= 0 && block[^1] is { It: 0, Decoded.Op: >= Op.Beq and <= Op.Cbnz })
        {
            var (target, next, late) = ((Flags)region.LiveStatusAtTarget, (Flags)region.LiveStatusAtNext, Late(last));
            (AtTarget, AtNext) = (target & ~next & late, next & ~target & late);
            live &= ~(AtTarget | AtNext);
            _isKept[last] |= (AtTarget | AtNext) != Flags.None;
        }
        FindNeeded(live);
    }

    /// <summary>The flags that the last setter's operands give on the way to the target of the branch at the end.</summary>
    public Flags AtTarget { get; }

    /// <summary>The same on the other way.</summary>
    public Flags AtNext { get; }

    /// <summary>The same where the current instruction needs the interpreter.</summary>
    public Flags AtExit => _atExit[_index];

    /// <summary>The flags that the current instruction sets for others.</summary>
    public Flags Needed => _needed[_index];

    /// <summary>Whether somebody later in the block looks at the operands or the result of the current instruction.</summary>
    public bool IsKept => _isKept[_index];

    /// <summary>Whether the current instruction's condition compares the last kept operands.</summary>
    public bool ComparesOperands => _comparesOperands[_index];

    /// <summary>The instruction whose operands are kept.</summary>
    public Op KeptOp { get; set; }

    /// <summary>The next instruction of the block begins.</summary>
    public void Advance() => _index++;

    // Forward: conditions that follow one setter of all their flags, with no other setter between. Gives the last setter.
    private int Match()
    {
        var setter = -1;
        for (var i = 0; i < _block.Length; i++)
        {
            _setters[i] = setter;
            if (ConditionOf(_block[i]) is { } condition && setter >= 0 && CanCompare(_block[setter].Decoded, condition))
                (_comparesOperands[i], _isKept[setter]) = (true, true);
            if (FlagUse.Writes(_block[i].Decoded, false) != Flags.None) setter = _block[i].It == 0 ? i : -1;
        }
        return setter;
    }

    // Backward: what the interpreter may read where an instruction leaves to it; for the baseline compiler that may be any.
    private void FindRead(Flags live, bool isOptimised)
    {
        for (var i = _block.Length - 1; i >= 0; i--)
        {
            if (_block[i].It == 0) live &= ~FlagUse.Writes(_block[i].Decoded, false);
            live |= FlagUse.ReadsUnder(_block[i].It, _block[i].Decoded);
            if (!isOptimised || CortexMEmitter.MayLeave(_block[i])) _atExit[i] = live;
        }
    }

    // Backward: a flag is set where the code itself is to read it, or nobody could make it later.
    private void FindNeeded(Flags live)
    {
        for (var i = _block.Length - 1; i >= 0; i--)
        {
            var (decoded, it) = (_block[i].Decoded, _block[i].It);
            var writes = FlagUse.Writes(decoded, false);
            _needed[i] = it == 0 ? writes & live : writes;
            if (it == 0) live &= ~writes;
            if (!(decoded.Op is >= Op.Beq and <= Op.Ble)) live |= FlagUse.Reads(decoded);
            if (ConditionOf(_block[i]) is { } condition && !_comparesOperands[i]) live |= FlagUse.OfCondition(condition);
            live |= _atExit[i] & ~Late(_setters[i]);
        }
        for (var i = 0; i < _block.Length; i++)
        {
            if (_setters[i] < 0) _atExit[i] = Flags.None;
            else _atExit[i] &= Late(_setters[i]) & ~_needed[_setters[i]];
            if (_atExit[i] != Flags.None) _isKept[_setters[i]] = true;
        }
    }

    // The flags that can be made of a setter's operands or result later.
    private Flags Late(int setter)
    {
        if (setter < 0) return Flags.None;
        var decoded = _block[setter].Decoded;
        return decoded.Op == Op.Vmrs ? Flags.None : FlagUse.Writes(decoded, false) & (IsArithmetic(decoded.Op) ? Flags.All : Flags.NZ);
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
