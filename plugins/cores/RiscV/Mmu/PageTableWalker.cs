// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Sv32, Sv39 and Sv48. Privileged specification, 4.3.2 "Virtual address translation process".</summary>
/// <remarks>Accessed and dirty bits are set by the walk, as the Svadu extension has it.</remarks>
internal sealed unsafe class PageTableWalker(Hart* hart, Isa isa, MemoryUnit memory)
{
    private const ulong Valid = 1 << 0;
    private const ulong Writable = 1 << 2;
    private const ulong User = 1 << 4;
    private const ulong Accessed = 1 << 6;
    private const ulong Dirty = 1 << 7;
    private const ulong ReadWriteExecute = 7 << 1;
    private const ulong ExecuteBit = 1 << 3;

    // Bits 63 to 54 belong to Svnapot and Svpbmt, which are not there, or are reserved.
    private const ulong Reserved64 = ~0UL << 54;

    // SAFETY: the hart outlives this object; the core owns both.
    private readonly HartState* _state = &hart->State;

    /// <summary>Whether satp asks for translation.</summary>
    public bool IsOn => _state->Satp >> ModeShift != 0;

    /// <summary>The bits of an offset in the page that was found last: more than 12 in a superpage.</summary>
    public int LeafShift { get; private set; }

    private int ModeShift => isa.Xlen == 64 ? 60 : 31;

    private int Levels => isa.Xlen == 32 ? 2 : (_state->Satp >> 60) switch { 8 => 3, _ => 4 };

    private int IndexBits => isa.Xlen == 32 ? 10 : 9;

    private int EntryBytes => isa.Xlen / 8;

    private ulong RootPage => isa.Xlen == 64 ? _state->Satp & ((1UL << 44) - 1) : _state->Satp & ((1UL << 22) - 1);

    /// <summary>Translates an address for one access.</summary>
    public WalkOutcome Walk(ulong address, Access access, Privilege privilege, out ulong physical)
    {
        physical = 0;
        if (!IsCanonical(address)) return WalkOutcome.PageFault;
        var table = RootPage << RamRegion.PageShift;
        for (var level = Levels - 1; level >= 0; level--)
        {
            var shift = RamRegion.PageShift + level * IndexBits;
            var index = address >> shift & ((1UL << IndexBits) - 1);
            var at = table + index * (ulong)EntryBytes;
            if (!TryReadEntry(at, out var entry)) return WalkOutcome.AccessFault;
            if (!IsWellFormed(entry)) return WalkOutcome.PageFault;
            if ((entry & ReadWriteExecute) != 0) return Leaf(address, access, privilege, entry, at, shift, out physical);
            if ((entry & (User | Accessed | Dirty)) != 0) return WalkOutcome.PageFault;
            table = PageOf(entry) << RamRegion.PageShift;
        }
        return WalkOutcome.PageFault;
    }

    /// <summary>Where an address leads, whoever asks: nothing is marked as accessed, nothing is checked, only memory is read.</summary>
    public bool TryFind(ulong address, out ulong physical)
    {
        physical = 0;
        if (!IsCanonical(address)) return false;
        var table = RootPage << RamRegion.PageShift;
        for (var level = Levels - 1; level >= 0; level--)
        {
            var shift = RamRegion.PageShift + level * IndexBits;
            var at = table + (address >> shift & ((1UL << IndexBits) - 1)) * (ulong)EntryBytes;
            if (!memory.IsMemory(at, EntryBytes) || !TryReadEntry(at, out var entry) || !IsWellFormed(entry)) return false;
            table = PageOf(entry) << RamRegion.PageShift;
            if ((entry & ReadWriteExecute) == 0) continue;
            var span = (1UL << shift) - 1;
            physical = table | (address & span);
            return (table & span) == 0;
        }
        return false;
    }

    private WalkOutcome Leaf(
        ulong address, Access access, Privilege privilege, ulong entry, ulong at, int shift, out ulong physical)
    {
        physical = 0;
        if (!Permits(entry, access, privilege)) return WalkOutcome.PageFault;
        var span = (1UL << shift) - 1;
        var start = PageOf(entry) << RamRegion.PageShift;
        if ((start & span) != 0) return WalkOutcome.PageFault; // misaligned superpage
        physical = start | (address & span);
        LeafShift = shift;
        var wanted = entry | Accessed | (access == Access.Store ? Dirty : 0);
        if (wanted == entry) return WalkOutcome.Found;
        return TryWriteEntry(at, wanted) ? WalkOutcome.Found : WalkOutcome.AccessFault;
    }

    private bool Permits(ulong entry, Access access, Privilege privilege)
    {
        var isUserPage = (entry & User) != 0;
        if (privilege == Privilege.User && !isUserPage) return false;
        if (privilege == Privilege.Supervisor && isUserPage && (access == Access.Fetch || (_state->Mstatus & Status.Sum) == 0))
            return false;
        var granted = entry >> 1 & 7;
        if ((_state->Mstatus & Status.Mxr) != 0 && (entry & ExecuteBit) != 0) granted |= (ulong)Access.Load;
        return (granted & (ulong)access) != 0;
    }

    private bool IsWellFormed(ulong entry)
    {
        if ((entry & Valid) == 0) return false;
        if ((entry & ReadWriteExecute) is Writable or (Writable | ExecuteBit)) return false;
        return isa.Xlen == 32 || (entry & Reserved64) == 0;
    }

    private ulong PageOf(ulong entry) => isa.Xlen == 64 ? entry >> 10 & ((1UL << 44) - 1) : entry >> 10;

    // The bits above the translated ones repeat the highest of them.
    private bool IsCanonical(ulong address)
    {
        if (isa.Xlen == 32) return true;
        var unused = 64 - (RamRegion.PageShift + Levels * IndexBits);
        return (ulong)((long)(address << unused) >> unused) == address;
    }

    private bool TryReadEntry(ulong at, out ulong entry)
    {
        entry = 0;
        return memory.Protection.Allows(at, (ulong)EntryBytes, Access.Load, Privilege.Supervisor)
            && memory.TryReadPhysical(at, EntryBytes, out entry);
    }

    private bool TryWriteEntry(ulong at, ulong entry) =>
        memory.Protection.Allows(at, (ulong)EntryBytes, Access.Store, Privilege.Supervisor)
        && memory.TryWritePhysical(at, EntryBytes, entry);
}
