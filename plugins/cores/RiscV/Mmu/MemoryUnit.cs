// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// Every access that the handlers do not make themselves: translation, protection, devices, page flags, misaligned
/// accesses (which RAM supports, as hardware of this class does). It also fills the translation buffers.
/// </summary>
internal sealed unsafe class MemoryUnit
{
    private const ulong PageMask = RamRegion.PageBytes - 1;
    private readonly Hart* _hart;
    private readonly RamRegion[] _regions;
    private readonly RamRegion? _main;
    private readonly IBus _bus;
    private readonly PageTableWalker _walker;
    private readonly TranslationBuffers _buffers;
    private bool _reachedDevice;

    /// <summary>The unit of a hart, whose handlers know the page flags of its main memory.</summary>
    public MemoryUnit(Hart* hart, Isa isa, IGuestMemory memory, RamRegion? main, IBus bus, TranslationBuffers buffers)
    {
        _hart = hart;
        _regions = [.. memory.Regions];
        _main = main;
        _bus = bus;
        _buffers = buffers;
        Protection = new PhysicalMemoryProtection(hart);
        _walker = new PageTableWalker(hart, isa, this);
    }

    /// <summary>PMP.</summary>
    public PhysicalMemoryProtection Protection { get; }

    /// <summary>Why the last access failed.</summary>
    public Cause FaultCause { get; private set; }

    /// <summary>The virtual address it failed at.</summary>
    public ulong FaultAddress { get; private set; }

    /// <summary>Reads <paramref name="sizeBytes"/> (1, 2, 4, 8), at any alignment in RAM.</summary>
    public bool TryLoad(ulong address, int sizeBytes, out ulong value)
    {
        value = 0;
        if (CrossesPage(address, sizeBytes)) return TryLoadAcrossPages(address, sizeBytes, out value);
        return TryTranslate(address, sizeBytes, Access.Load, out var physical)
            && (TryReadPhysical(physical, sizeBytes, out value) || Fault(Cause.LoadAccessFault, address));
    }

    /// <summary>LR: a load that must be aligned.</summary>
    public bool TryLoadAligned(ulong address, int sizeBytes, out ulong value)
    {
        value = 0;
        return IsAligned(address, sizeBytes)
            ? TryLoad(address, sizeBytes, out value)
            : Fault(Cause.LoadMisaligned, address);
    }

    /// <summary>The load of an atomic operation: must be aligned, and its faults are those of a store.</summary>
    public bool TryLoadForStore(ulong address, int sizeBytes, out ulong value)
    {
        value = 0;
        if (!IsAligned(address, sizeBytes)) return Fault(Cause.StoreMisaligned, address);
        return TryTranslate(address, sizeBytes, Access.Store, out var physical)
            && (TryReadPhysical(physical, sizeBytes, out value) || Fault(Cause.StoreAccessFault, address));
    }

    /// <summary>Writes; nothing is changed when it fails.</summary>
    public bool TryStore(ulong address, int sizeBytes, ulong value)
    {
        if (CrossesPage(address, sizeBytes)) return TryStoreAcrossPages(address, sizeBytes, value);
        return TryTranslate(address, sizeBytes, Access.Store, out var physical)
            && (TryWritePhysical(physical, sizeBytes, value) || Fault(Cause.StoreAccessFault, address));
    }

    /// <summary>SC: must be aligned and permitted even where it does not write.</summary>
    public bool TryStoreConditional(ulong address, int sizeBytes, ulong value, bool write)
    {
        if (!IsAligned(address, sizeBytes)) return Fault(Cause.StoreMisaligned, address);
        if (write) return TryStore(address, sizeBytes, value);
        return TryTranslate(address, sizeBytes, Access.Store, out _);
    }

    /// <summary>Finds the page of RAM or ROM that holds the instruction at an address.</summary>
    public bool TryFetch(ulong address, out RamRegion region, out ulong offset)
    {
        offset = 0;
        region = _regions.Length > 0 ? _regions[0] : null!;
        if (!TryTranslate(address, 2, Access.Fetch, out var physical)) return false;
        if (Find(physical, 2) is not { } found) return Fault(Cause.InstructionAccessFault, address);
        region = found;
        offset = physical - found.Start;
        return true;
    }

    /// <summary>Where an address leads as the hart stands; for a debugger or a trace, so that nothing changes by it.</summary>
    public bool TryFindPhysical(ulong address, out ulong physical)
    {
        physical = address;
        return _hart->State.Privilege == Privilege.Machine || !_walker.IsOn || _walker.TryFind(address, out physical);
    }

    /// <summary>Whether there is RAM or ROM, and no device.</summary>
    public bool IsMemory(ulong physical, int sizeBytes) => Find(physical, sizeBytes) is not null;

    /// <summary>Whether the whole page may be executed, so that its instructions need no check of their own.</summary>
    public bool MayFetchPage(RamRegion region, ulong offset) =>
        Protection.Allows(region.Start + (offset & ~PageMask), RamRegion.PageBytes, Access.Fetch, _hart->State.Privilege);

    /// <summary>Reads RAM or ROM at a physical address, or a device.</summary>
    public bool TryReadPhysical(ulong physical, int sizeBytes, out ulong value)
    {
        value = 0;
        if (Find(physical, sizeBytes) is { } region)
        {
            value = Read(region.Host + (physical - region.Start), sizeBytes);
            return true;
        }
        _reachedDevice = true;
        return IsAligned(physical, sizeBytes) && _bus.TryRead(physical, (AccessWidth)sizeBytes, out value);
    }

    /// <summary>Writes RAM at a physical address, or a device.</summary>
    public bool TryWritePhysical(ulong physical, int sizeBytes, ulong value)
    {
        if (Find(physical, sizeBytes) is { } region)
        {
            var offset = physical - region.Start;
            if (!MayWrite(region, offset, (ulong)sizeBytes)) return false;
            Write(region.Host + offset, sizeBytes, value);
            return true;
        }
        _reachedDevice = true;
        var bits = sizeBytes * 8;
        return IsAligned(physical, sizeBytes)
            && _bus.TryWrite(physical, (AccessWidth)sizeBytes, bits == 64 ? value : value & ((1UL << bits) - 1));
    }

    /// <summary>A store that is likely to be a device's: where nothing is translated or protected, it is asked for without further ado.</summary>
    public bool TryStoreDevice(ulong address, int sizeBytes, ulong value) => _hart->StoreTlb == null && Find(address, sizeBytes) is null
        ? _bus.TryWrite(address, (AccessWidth)sizeBytes, value & (ulong.MaxValue >> (64 - (8 * sizeBytes))))
        : TryStore(address, sizeBytes, value);

    /// <summary>The same for a load.</summary>
    public bool TryLoadDevice(ulong address, int sizeBytes, out ulong value) => _hart->LoadTlb == null && Find(address, sizeBytes) is null
        ? _bus.TryRead(address, (AccessWidth)sizeBytes, out value)
        : TryLoad(address, sizeBytes, out value);

    /// <summary>Whether an access has gone beyond RAM since this was asked last.</summary>
    public bool TakeReachedDevice()
    {
        var reached = _reachedDevice;
        _reachedDevice = false;
        return reached;
    }

    /// <summary>SFENCE.VMA: forgets translations; false where the privilege does not reach. Privileged specification, 3.1.6.6.</summary>
    /// <param name="address">The address whose translation has changed; null for any.</param>
    public bool TryFence(ulong? address)
    {
        var state = &_hart->State;
        if (state->Privilege == Privilege.User) return false;
        if (state->Privilege == Privilege.Supervisor && (state->Mstatus & Status.Tvm) != 0) return false;
        if (address is { } one) _buffers.Flush(one);
        else _buffers.Flush();
        return true;
    }

    /// <summary>The privilege that loads and stores have: MPRV lends machine mode that of the code it serves.</summary>
    public static Privilege DataPrivilege(in HartState state) =>
        state.Privilege == Privilege.Machine && (state.Mstatus & Status.Mprv) != 0
            ? Status.PreviousPrivilege(state.Mstatus)
            : state.Privilege;

    private bool TryTranslate(ulong address, int sizeBytes, Access access, out ulong physical)
    {
        var privilege = access == Access.Fetch ? _hart->State.Privilege : DataPrivilege(_hart->State);
        physical = address;
        if (privilege != Privilege.Machine && _walker.IsOn)
        {
            var outcome = _walker.Walk(address, access, privilege, out physical);
            if (outcome != WalkOutcome.Found) return Fault(CauseOf(outcome, access), address);
            if (_walker.LeafShift > RamRegion.PageShift) _buffers.NoteLargePage(address, _walker.LeafShift);
        }
        if (!Protection.Allows(physical, (ulong)sizeBytes, access, privilege)) return Fault(AccessFault(access), address);
        if (access == Access.Fetch) _buffers.NoteCode(address);
        else Remember(address, physical, access, privilege);
        return true;
    }

    // Only the main RAM goes into the buffers: a handler that stores looks at its page flags, by the distance from its start.
    private void Remember(ulong address, ulong physical, Access access, Privilege privilege)
    {
        var slots = access == Access.Load ? _hart->LoadTlb : _hart->StoreTlb;
        var page = physical & ~PageMask;
        if (slots == null || _main is not { } main || !main.Contains(page, RamRegion.PageBytes)) return;
        if (!Protection.Allows(page, RamRegion.PageBytes, access, privilege)) return;
        var slot = slots + (address >> RamRegion.PageShift & (Hart.TlbSlots - 1));
        slot->Page = address & ~PageMask;
        slot->HostBias = (ulong)main.Host + (page - main.Start) - slot->Page;
    }

    private bool TryLoadAcrossPages(ulong address, int sizeBytes, out ulong value)
    {
        value = 0;
        // From the bottom, so that the first byte that faults is the one that is told: privileged specification, 3.1.16.
        for (var i = 0; i < sizeBytes; i++)
        {
            if (!TryLoad(NextAddress(address, i), 1, out var part)) return false;
            value |= part << (8 * i);
        }
        return true;
    }

    private bool TryStoreAcrossPages(ulong address, int sizeBytes, ulong value)
    {
        // Nothing may be written before both pages are known to take it.
        for (var i = 0; i < sizeBytes; i++)
        {
            var at = NextAddress(address, i);
            if (!TryTranslate(at, 1, Access.Store, out var physical)) return false;
            if (Find(physical, 1) is not { } region || !MayWrite(region, physical - region.Start, 1))
                return Fault(Cause.StoreAccessFault, at);
        }
        for (var i = 0; i < sizeBytes; i++)
        {
            if (!TryStore(NextAddress(address, i), 1, value >> (8 * i) & 0xFF)) return false;
        }
        return true;
    }

    private ulong NextAddress(ulong address, int distance) => Hart.Core(_hart).Address(address + (ulong)distance);

    private RamRegion? Find(ulong physical, int sizeBytes)
    {
        foreach (var region in _regions)
        {
            if (region.Contains(physical, (ulong)sizeBytes)) return region;
        }
        return null;
    }

    // SAFETY: the offset and its length were found inside the region.
    private static bool MayWrite(RamRegion region, ulong offset, ulong lengthBytes)
    {
        var flags = region.Flags[offset >> RamRegion.PageShift] | region.Flags[(offset + lengthBytes - 1) >> RamRegion.PageShift];
        return flags == 0 || region.PrepareStore(offset, lengthBytes);
    }

    // SAFETY (both): the caller found the whole access inside a region.
    private static ulong Read(byte* host, int sizeBytes) => sizeBytes switch
    {
        1 => *host,
        2 => Unsafe.ReadUnaligned<ushort>(host),
        4 => Unsafe.ReadUnaligned<uint>(host),
        _ => Unsafe.ReadUnaligned<ulong>(host),
    };

    private static void Write(byte* host, int sizeBytes, ulong value)
    {
        switch (sizeBytes)
        {
            case 1: *host = (byte)value; break;
            case 2: Unsafe.WriteUnaligned(host, (ushort)value); break;
            case 4: Unsafe.WriteUnaligned(host, (uint)value); break;
            default: Unsafe.WriteUnaligned(host, value); break;
        }
    }

    private static bool IsAligned(ulong address, int sizeBytes) => (address & (ulong)(sizeBytes - 1)) == 0;

    private static bool CrossesPage(ulong address, int sizeBytes) => (address & PageMask) + (ulong)sizeBytes > RamRegion.PageBytes;

    private bool Fault(Cause cause, ulong address)
    {
        FaultCause = cause;
        FaultAddress = address;
        return false;
    }

    private static Cause CauseOf(WalkOutcome outcome, Access access) =>
        outcome == WalkOutcome.AccessFault ? AccessFault(access) : PageFault(access);

    private static Cause AccessFault(Access access) => access switch
    {
        Access.Load => Cause.LoadAccessFault,
        Access.Store => Cause.StoreAccessFault,
        _ => Cause.InstructionAccessFault,
    };

    private static Cause PageFault(Access access) => access switch
    {
        Access.Load => Cause.LoadPageFault,
        Access.Store => Cause.StorePageFault,
        _ => Cause.InstructionPageFault,
    };
}
