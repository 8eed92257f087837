// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <content>From the program counter to decoded instructions.</content>
internal sealed unsafe partial class CortexMCore
{
    private const uint PageMask = RamRegion.PageBytes - 1;
    private const uint LastHalfword = RamRegion.PageBytes - 2;

    /// <summary>
    /// The entry at the program counter, with its page made current; null when the fetch has faulted, which takes one
    /// of the budget so that a guest without a handler still comes to the end of its slice.
    /// </summary>
    public Instruction* Fetch()
    {
        var pc = (uint)_cpu->State.Pc;
        var page = _cpu->Code[pc >> RamRegion.PageShift];
        if (page == 0)
        {
            if (Memory.FindRegion(pc & ~PageMask, RamRegion.PageBytes) is not { } region || !Memory.Protection.IsUniform(pc & ~PageMask)) return FetchAlone();
            if (!Memory.Protection.AllowsFetch(pc, Memory.Privilege)) return FetchAlone();
            page = (nint)Code.Page(region, ((pc & ~PageMask) - region.Start) >> RamRegion.PageShift); // may flush the maps, so it comes first
            _cpu->Code[pc >> RamRegion.PageShift] = page;
        }
        _cpu->PcBias = (pc & ~PageMask) - ((ulong)page >> 3);
        return (Instruction*)page + ((pc & PageMask) >> 1);
    }

    /// <summary>Decodes an entry of the current page in place.</summary>
    public void DecodeEntry(Instruction* entry)
    {
        var pc = (uint)Cpu.PcOf(_cpu, entry);
        *entry = _breakpoints.Contains(pc) ? new Instruction { Handler = HandlerIndex.Of(Op.Breakpoint), Step = 1 } : DecodeAt(pc);
    }

    /// <summary>The bits of the instruction at the program counter, wherever its halves lie.</summary>
    public bool TryReadInstruction(out uint bits, out bool isNarrow)
    {
        var pc = (uint)_cpu->State.Pc;
        isNarrow = true;
        if (!Memory.TryFetchHalf(pc, out bits)) return false;
        isNarrow = Decoder.IsNarrow(bits);
        if (isNarrow) return true;
        if (!Memory.TryFetchHalf(pc + 2, out var second)) return false;
        bits = bits << 16 | second;
        return true;
    }

    /// <summary>Sets up one instruction to run at the program counter but outside of its page.</summary>
    public Instruction* PrepareDetour(uint bits, bool isNarrow) =>
        PrepareDetour(AtAddress(_decoder.Decode(bits, isNarrow), (uint)_cpu->State.Pc));

    /// <summary>Sets up a decoded instruction to run at the program counter but outside of its page.</summary>
    public Instruction* PrepareDetour(Instruction instruction)
    {
        // SAFETY: an instruction is one or two entries long; both places behind it lead back to the pages.
        var detour = _cpu->Detour;
        detour[0] = instruction;
        detour[1].Handler = detour[2].Handler = HandlerIndex.Of(Op.PageEnd);
        _cpu->PcBias = _cpu->State.Pc - ((ulong)detour >> 3);
        return detour;
    }

    // SAFETY: the page that the entry belongs to lies in a region, and with it both halves that are read here.
    private Instruction DecodeAt(uint pc)
    {
        var region = Memory.FindRegion(pc & ~PageMask, RamRegion.PageBytes)!;
        var host = region.Host + (pc - region.Start);
        uint bits = *(ushort*)host;
        var isNarrow = Decoder.IsNarrow(bits);
        if (!isNarrow)
        {
            if ((pc & PageMask) == LastHalfword) return new Instruction { Handler = HandlerIndex.Of(Op.Straddle), Step = 2 };
            bits = bits << 16 | *(ushort*)(host + 2);
        }
        return WithNearTarget(AtAddress(_decoder.Decode(bits, isNarrow), pc), pc);
    }

    // Where the address is part of an operand it becomes a constant: literals, ADR.
    private static Instruction AtAddress(Instruction i, uint pc)
    {
        var isMove = i.Op == Op.Mov || (i.Op is Op.ToSp or Op.ToPc && i.InnerOp == Op.Mov);
        var isLiteral = i.Op is (>= Op.Ldr and <= Op.Ldrsh) or Op.Ldrd or Op.LoadPc or Op.Vldr;
        if ((i.Traits & InstructionTraits.X) == 0 || !(isMove || isLiteral)) return i;
        i.Immediate += (pc + 4) & ~3u;
        i.Traits &= ~InstructionTraits.X;
        return i;
    }

    // A branch within the page becomes a distance in entries.
    private static Instruction WithNearTarget(Instruction i, uint pc)
    {
        if (i.Op is not (>= Op.B and <= Op.Cbnz)) return i;
        var distance = (int)i.Immediate + 4;
        if ((pc & PageMask) + (ulong)(long)distance > PageMask) return i;
        i.Handler |= HandlerIndex.Near;
        i.Immediate = (uint)(distance / 2);
        return i;
    }

    // A page that may not be executed as a whole, or is a device's: instruction by instruction.
    private Instruction* FetchAlone()
    {
        if (_breakpoints.Contains(_cpu->State.Pc) && StopsAtBreakpoint())
        {
            _cpu->Exit = CpuExit.Breakpoint;
            return null;
        }
        if (TryReadInstruction(out var bits, out var isNarrow)) return PrepareDetour(bits, isNarrow);
        _cpu->Remaining--;
        Exceptions.Fault(Memory.FaultCause, Memory.FaultAddress);
        return null;
    }
}
