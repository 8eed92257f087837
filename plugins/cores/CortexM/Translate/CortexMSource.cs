// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>
/// Gives the planner a processor's decoded instructions, as the interpreter has run them: what is not decoded has never
/// been executed.
/// </summary>
/// <param name="core">The processor.</param>
/// <param name="decodesAhead">Take what has not been executed, too.</param>
/// <param name="isExact">All flags are always live, so that the state at every exit is what it would be interpreted.</param>
internal sealed unsafe class CortexMSource(CortexMCore core, bool decodesAhead, bool isExact) : IInstructionSource<TranslatedInstruction>
{
    private const int LookAhead = 24;
    private const int LookAheadBranches = 3;
    private const int MaximumTableTargets = 32;

    /// <inheritdoc/>
    public bool TryFetch(ulong address, out TranslatedInstruction instruction, out Translation.Flow flow)
    {
        instruction = null!;
        flow = default;
        core.FindEntry(address, decodesAhead);
        if (!TryDecode(address, false, out var decoded)) return false;
        var it = ItStateAt(address);
        if (it != 0 && (decoded.Traits & InstructionTraits.FlagsOutsideIt) != 0) decoded.Handler &= unchecked((ushort)~HandlerIndex.SetsFlags);
        flow = FlowOf(decoded, (uint)address, it != 0);
        var nextIt = it != 0 ? Advance(it) : decoded.Op == Op.It ? decoded.Immediate : 0;
        instruction = new TranslatedInstruction(decoded, it, isExact ? Flags.All : LiveBehind(address, decoded, flow, nextIt), LoadsConstantAddress(decoded));
        return true;
    }

    /// <inheritdoc/>
    public bool WasExecuted(ulong address)
    {
        var entry = core.FindEntry(address, decodesAhead);
        return entry != null && entry->Op != Op.Undecoded;
    }

    /// <inheritdoc/>
    /// <remarks>Of a table jump: its table lies behind it, and ends where the first target begins. Arm A7.7.185.</remarks>
    public IReadOnlyList<ulong> IndirectTargets(ulong address)
    {
        if (!TryDecode(address, false, out var i) || i.Op is not (Op.Tbb or Op.Tbh) || i.Rn != 15) return [];
        var targets = new List<ulong>();
        var size = i.Op == Op.Tbh ? 2u : 1;
        var table = (uint)address + 4;
        for (var (at, end) = (table, uint.MaxValue); at < end && targets.Count < MaximumTableTargets; at += size)
        {
            if (core.Memory.FindRegion(at, size) is not { } region) break;
            // SAFETY: the region holds the whole access.
            var host = region.Host + (at - region.Start);
            var target = table + 2u * (size == 2 ? *(ushort*)host : *host);
            end = Math.Min(end, target);
            if (WasExecuted(target) && !targets.Contains(target)) targets.Add(target);
        }
        return targets;
    }

    /// <summary>Distances within the page become bytes from the instruction plus 4 again: the one form for the emitter and for detours.</summary>
    public static Instruction Normal(Instruction i)
    {
        if (i.Op is not (>= Op.B and <= Op.Cbnz) || (i.Handler & HandlerIndex.Near) == 0) return i;
        i.Handler &= unchecked((ushort)~HandlerIndex.Near);
        i.Immediate = i.Immediate * 2 - 4;
        return i;
    }

    // A literal that is the address of something else that lies with the code.
    private bool LoadsConstantAddress(in Instruction i)
    {
        if (i.Op != Op.Ldr || i.Rn != Instruction.Zero || core.Memory.FindRegion(i.Immediate, sizeof(uint)) is not { } region) return false;
        // SAFETY: the region holds the whole access.
        return region.Contains(*(uint*)(region.Host + (i.Immediate - region.Start)), 1);
    }

    private Flags LiveBehind(ulong address, in Instruction i, in Translation.Flow flow, uint nextIt)
    {
        var next = address + (ulong)i.LengthBytes;
        return flow.Kind switch
        {
            FlowKind.Next => LiveFrom(next, nextIt, Flags.All, LookAhead, LookAheadBranches),
            FlowKind.Branch => LiveFrom(next, nextIt, Flags.All, LookAhead, LookAheadBranches) | LiveFrom(flow.Target, 0, Flags.All, LookAhead, LookAheadBranches),
            FlowKind.Jump or FlowKind.Call => LiveFrom(flow.Target, 0, Flags.All, LookAhead, LookAheadBranches),
            _ => Flags.All,
        };
    }

    private bool TryDecode(ulong address, bool decode, out Instruction instruction)
    {
        instruction = default;
        var entry = core.FindEntry(address);
        if (entry == null) return false;
        // Not put into the page: what is decoded there counts as executed.
        instruction = Normal(entry->Op == Op.Undecoded && decode ? core.Peek((uint)address) : *(Instruction*)core.Translator!.OriginalOf((nint)entry));
        if (instruction.Op is Op.Undecoded or Op.PageEnd or Op.Straddle or Op.Breakpoint or Op.Undefined or Op.NoCoprocessor) return false;
        if (instruction.Op == Op.WithPc) instruction.Handler = instruction.Inner;
        return true;
    }

    // The IT instruction that an address is under: at most four instructions back, and the steps from it lead here.
    private byte ItStateAt(ulong address)
    {
        for (var back = 2u; back <= 14; back += 2)
        {
            if (address < back) return 0;
            var at = address - back;
            if (!TryDecode(at, false, out var i) || i.Op != Op.It) continue;
            var state = i.Immediate;
            for (at += 2; at < address && state != 0; state = Advance(state))
            {
                if (!TryDecode(at, decodesAhead, out var inside)) break;
                at += (ulong)inside.LengthBytes;
            }
            if (at == address && state != 0) return (byte)state;
        }
        return 0;
    }

    private static uint Advance(uint it) => (it & 7) == 0 ? 0 : (it & 0xE0) | (it << 1 & 0x1F);

    // Flags out of a set that are read before they are set again, from an address on; all of them where that is not known.
    private Flags LiveFrom(ulong address, uint it, Flags flags, int instructions, int branches)
    {
        var live = Flags.None;
        for (; instructions > 0 && flags != Flags.None; instructions--)
        {
            if (!TryDecode(address, true, out var i)) return live | flags;
            if (it != 0 && (i.Traits & InstructionTraits.FlagsOutsideIt) != 0) i.Handler &= unchecked((ushort)~HandlerIndex.SetsFlags);
            live |= flags & FlagUse.ReadsUnder(it, i);
            flags &= ~(FlagUse.Writes(i, it != 0) | live);
            var flow = FlowOf(i, (uint)address, it != 0);
            if (flow.Kind is not (FlowKind.Next or FlowKind.Branch or FlowKind.Jump or FlowKind.Call)) return live | flags;
            if (flow.Kind == FlowKind.Branch)
            {
                if (branches == 0) return live | flags;
                live |= LiveFrom(flow.Target, 0, flags, instructions - 1, branches - 1);
                flags &= ~live;
            }
            address = flow.Kind is FlowKind.Jump or FlowKind.Call ? flow.Target : address + (ulong)i.LengthBytes;
            it = it != 0 ? Advance(it) : i.Op == Op.It ? i.Immediate : 0;
        }
        return live | flags;
    }

    private static Translation.Flow FlowOf(in Instruction i, uint address, bool isConditional)
    {
        var length = (byte)i.LengthBytes;
        var target = address + 4 + i.Immediate;
        var loadsPc = i.Op == Op.Ldm && (i.Immediate & 1 << 15) != 0;
        if (isConditional)
        {
            // Whatever else ends a block under a condition leaves to the interpreter when the condition holds.
            return i.Op == Op.B ? new(FlowKind.Branch, length, target) : new(FlowKind.Next, length);
        }
        return i.Op switch
        {
            Op.B => new(FlowKind.Jump, length, target),
            >= Op.Beq and <= Op.Cbnz => new(FlowKind.Branch, length, target),
            Op.Bl => new(FlowKind.Call, length, target),
            Op.BlxRegister => new(FlowKind.IndirectCall, length),
            Op.Bx => new(i.Rm == 14 ? FlowKind.Return : FlowKind.IndirectJump, length),
            Op.Tbb or Op.Tbh => new(FlowKind.IndirectJump, length),
            Op.Ldm when loadsPc => new(FlowKind.Return, length),
            Op.LoadPc => new(i.InnerOp == Op.LoadWriteBack ? FlowKind.Return : FlowKind.IndirectJump, length),
            _ => new(CortexMEmitter.IsTranslated(i) ? FlowKind.Next : FlowKind.Interpret, length),
        };
    }
}
