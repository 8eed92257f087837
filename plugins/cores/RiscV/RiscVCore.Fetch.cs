// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>From the program counter to decoded instructions.</summary>
internal sealed unsafe partial class RiscVCore
{
    private const ulong PageMask = RamRegion.PageBytes - 1;
    private const ulong LastHalfword = RamRegion.PageBytes - 2;

    /// <summary>
    /// The entry at the program counter, with its page made current; null when the fetch has trapped, which takes one
    /// of the budget so that a guest without a handler still comes to the end of its slice.
    /// </summary>
    public Instruction* Fetch()
    {
        var pc = _hart->State.Pc;
        var slot = SlotOf(pc);
        if (slot->Page != (pc & ~PageMask))
        {
            if (!Memory.TryFetch(pc, out var region, out var offset)) return TrapOnFetch();
            if (!Memory.MayFetchPage(region, offset)) return FetchAlone();
            Remember(slot, pc, region, offset);
        }
        _hart->PcBias = slot->PcBias;
        return slot->Instructions + ((pc & PageMask) >> 1);
    }

    /// <summary>Decodes an entry of the current page in place.</summary>
    public void DecodeEntry(Instruction* entry)
    {
        var pc = Address(Hart.PcOf(_hart, entry));
        var host = SlotOf(pc)->Host;
        Code.OnDecoded(host);
        *entry = _breakpoints.Contains(pc)
            ? new Instruction { Handler = HandlerIndex.Of(Op.Breakpoint, 0) }
            : DecodeInPage(host, pc & PageMask);
    }

    /// <summary>The bits of the instruction at the program counter, wherever its halves lie.</summary>
    public bool TryReadInstruction(out uint bits)
    {
        var pc = _hart->State.Pc;
        if (!TryReadHalf(pc, out bits)) return false;
        if (Decoder.IsShort(bits)) return true;
        if (!TryReadHalf(Address(pc + 2), out var upper)) return false;
        bits |= upper << 16;
        return true;
    }

    /// <summary>Four bytes of code, as they would be fetched.</summary>
    public bool TryReadCode(ulong address, out uint bits)
    {
        if (!TryReadHalf(address, out bits) || !TryReadHalf(Address(address + 2), out var upper)) return false;
        bits |= upper << 16;
        return true;
    }

    /// <summary>The bits of the instruction that is about to trap, for mtval.</summary>
    public ulong BitsAtPc() => TryReadInstruction(out var bits) ? bits : 0;

    /// <summary>Sets up one instruction to run at the program counter but outside of its page.</summary>
    public Instruction* PrepareDetour(uint bits)
    {
        // SAFETY: an instruction is one or two entries long; both places behind it lead back to the pages.
        var detour = _hart->Detour;
        detour[0] = _decoder.Decode(bits);
        return FinishDetour(detour);
    }

    private Instruction* FinishDetour(Instruction* detour)
    {
        detour[1].Handler = detour[2].Handler = HandlerIndex.Of(Op.PageEnd, 0);
        _hart->PcBias = _hart->State.Pc - ((ulong)detour >> 2);
        return detour;
    }

    private FetchSlot* SlotOf(ulong pc) => _hart->Fetch + (pc >> RamRegion.PageShift & (Hart.FetchSlots - 1));

    private Instruction* TrapOnFetch()
    {
        _hart->Remaining--;
        Traps.Raise(Memory.FaultCause, Memory.FaultAddress);
        return null;
    }

    // A page that may not be executed as a whole: instruction by instruction.
    private Instruction* FetchAlone()
    {
        if (_breakpoints.Contains(_hart->State.Pc) && StopsAtBreakpoint())
        {
            _hart->Exit = HartExit.Breakpoint;
            return null;
        }
        return TryReadInstruction(out var bits) ? PrepareDetour(bits) : TrapOnFetch();
    }

    private void Remember(FetchSlot* slot, ulong pc, RamRegion region, ulong offset)
    {
        var page = offset >> RamRegion.PageShift;
        Code.IsCurrent(region, page); // may drop the page
        var instructions = (Instruction*)Code.Page(region, page); // both may flush the slots, so they come first
        slot->Page = pc & ~PageMask;
        slot->Instructions = instructions;
        slot->PcBias = slot->Page - ((ulong)instructions >> 2);
        slot->Host = region.Host + (page << RamRegion.PageShift);
    }

    // SAFETY: the slot's host page has 4096 bytes; the second half is read only when it lies in them.
    private Instruction DecodeInPage(byte* host, ulong offset)
    {
        uint bits = *(ushort*)(host + offset);
        if (!Decoder.IsShort(bits))
        {
            if (offset == LastHalfword) return new Instruction { Handler = HandlerIndex.Of(Op.Straddle, 0) };
            bits |= (uint)*(ushort*)(host + offset + 2) << 16;
        }
        var instruction = _decoder.Decode(bits);
        return instruction.Op == Op.Jalr ? Observed(instruction) : WithNearTarget(instruction, offset);
    }

    // Returns go back where a call came from; other jumps through registers are worth knowing to the translator.
    private Instruction Observed(Instruction jump)
    {
        if (Translator is not null && !RiscVSource.IsReturn(jump)) jump.Handler |= HandlerIndex.Observed;
        return jump;
    }

    // A branch or jump within the page becomes a distance in entries.
    private Instruction WithNearTarget(Instruction instruction, ulong offset)
    {
        if (instruction.Op is not (Op.Jal or (>= Op.Beq and <= Op.Bgeu))) return instruction;
        var distance = instruction.Immediate;
        var target = offset + (ulong)distance;
        if (target > PageMask || ((ulong)distance & _hart->MisalignedTargetMask) != 0) return instruction;
        instruction.Handler |= HandlerIndex.Near;
        instruction.Immediate = distance / 2;
        return instruction;
    }

    private bool TryReadHalf(ulong pc, out uint bits)
    {
        bits = 0;
        if (!Memory.TryFetch(pc, out var region, out var offset)) return false;
        // SAFETY: TryFetch found two bytes at this offset.
        bits = *(ushort*)(region.Host + offset);
        return true;
    }
}
