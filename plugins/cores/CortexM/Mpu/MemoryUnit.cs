// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>
/// Loads, stores and fetches beyond the fast way: protection, the private peripherals, bit bands, page flags, devices.
/// Fills the map that the fast way uses.
/// </summary>
internal sealed unsafe class MemoryUnit
{
    private const uint PageMask = RamRegion.PageBytes - 1;
    private readonly Cpu* _cpu;
    private readonly Profile _profile;
    private readonly RamRegion[] _regions;
    private readonly IBus _bus;
    private readonly CodeCache _code;
    private readonly SystemControl _system;
    private readonly ExceptionUnit _exceptions;

    public MemoryUnit(Cpu* cpu, Profile profile, IGuestMemory memory, IBus bus, CodeCache code, SystemControl system, ExceptionUnit exceptions)
    {
        _cpu = cpu;
        (_profile, _bus, _code, _system) = (profile, bus, code, system);
        _exceptions = exceptions;
        _regions = [.. memory.Regions];
        Protection = new MemoryProtection(cpu, profile);
    }

    /// <summary>The MPU.</summary>
    public MemoryProtection Protection { get; }

    /// <summary>What was wrong with the last access that failed.</summary>
    public FaultCause FaultCause { get; private set; }

    /// <summary>Where.</summary>
    public uint FaultAddress { get; private set; }

    /// <summary>Whether registers go to the stack or come from it, and not what an instruction loads or stores.</summary>
    public bool IsStacking { get; set; }

    /// <summary>Whether the processor runs privileged. Arm B1.4.1.</summary>
    public bool Privilege => _cpu->State.Exception != 0 || (_cpu->State.Control & 1) == 0;

    /// <summary>A load of 1, 2 or 4 bytes.</summary>
    public bool TryLoad(uint address, int size, bool isPrivileged, out uint value)
    {
        value = 0;
        if ((address & (uint)(size - 1)) != 0) return TryLoadUnaligned(address, size, isPrivileged, out value);
        if (SystemControl.IsPrivate(address)) // whatever the MPU says: Arm B3.5.1
        {
            if (!isPrivileged && !_system.AllowsUnprivileged(address)) return Fail(FaultCause.DataError, address);
            return _system.TryRead(address, size, out value) || Fail(FaultCause.DataError, address);
        }
        if (!Protection.Allows(address, isPrivileged, isWrite: false)) return Fail(FaultCause.DataViolation, address);
        if (FindRegion(address, (uint)size) is { } region)
        {
            // SAFETY: the region holds the whole access.
            var host = region.Host + (address - region.Start);
            value = size switch { 1 => *host, 2 => *(ushort*)host, _ => *(uint*)host };
            Remember(region, address, isPrivileged);
            return true;
        }
        if (_profile.BitBand && BitBand.TryMap(address, out var at, out var bit))
        {
            if (!TryLoad(at, 1, isPrivileged, out var whole)) return false;
            value = whole >> bit & 1;
            return true;
        }
        if (!_bus.TryRead(address, (AccessWidth)size, out var wide)) return Fail(FaultCause.DataError, address);
        value = (uint)wide;
        return true;
    }

    /// <summary>A store of 1, 2 or 4 bytes.</summary>
    public bool TryStore(uint address, int size, bool isPrivileged, uint value)
    {
        if ((address & (uint)(size - 1)) != 0) return TryStoreUnaligned(address, size, isPrivileged, value);
        if (SystemControl.IsPrivate(address))
        {
            if (!isPrivileged && !_system.AllowsUnprivileged(address)) return Fail(FaultCause.DataError, address);
            return _system.TryWrite(address, size, value) || Fail(FaultCause.DataError, address);
        }
        if (!Protection.Allows(address, isPrivileged, isWrite: true)) return Fail(FaultCause.DataViolation, address);
        if (FindRegion(address, (uint)size) is { } region) return TryStore(region, address, size, isPrivileged, value);
        if (_profile.BitBand && BitBand.TryMap(address, out var at, out var bit))
        {
            if (!TryLoad(at, 1, isPrivileged, out var whole)) return false;
            return TryStore(at, 1, isPrivileged, (whole & ~(1u << bit)) | (value & 1) << bit);
        }
        return _bus.TryWrite(address, (AccessWidth)size, value) || Fail(FaultCause.DataError, address);
    }

    /// <summary>A load that traps when it is not aligned: of several registers, exclusive, or of two.</summary>
    public bool TryLoadAligned(uint address, int size, out uint value)
    {
        value = 0;
        return (address & (uint)(size - 1)) != 0 ? Fail(FaultCause.Unaligned, address) : TryLoad(address, size, Privilege, out value);
    }

    /// <inheritdoc cref="TryLoadAligned"/>
    public bool TryStoreAligned(uint address, int size, uint value) =>
        (address & (uint)(size - 1)) != 0 ? Fail(FaultCause.Unaligned, address) : TryStore(address, size, Privilege, value);

    /// <summary>A vector: no protection applies. Arm B3.5.3.</summary>
    public bool TryReadVector(uint address, out uint vector)
    {
        vector = 0;
        if (FindRegion(address, 4) is { } region)
        {
            // SAFETY: the region holds the whole access.
            vector = *(uint*)(region.Host + (address - region.Start));
            return true;
        }
        if (SystemControl.IsPrivate(address) || !_bus.TryRead(address, AccessWidth.Word, out var wide)) return false;
        vector = (uint)wide;
        return true;
    }

    /// <summary>The halfword of an instruction.</summary>
    public bool TryFetchHalf(uint address, out uint half)
    {
        half = 0;
        if (!Protection.AllowsFetch(address, Privilege)) return Fail(FaultCause.FetchViolation, address);
        if (FindRegion(address, 2) is { } region)
        {
            // SAFETY: the region holds the whole access.
            half = *(ushort*)(region.Host + (address - region.Start));
            return true;
        }
        if (!_bus.TryRead(address, AccessWidth.Half, out var wide)) return Fail(FaultCause.FetchError, address);
        half = (uint)wide;
        return true;
    }

    /// <summary>The memory that holds a range; null: there is none.</summary>
    public RamRegion? FindRegion(uint address, uint length)
    {
        foreach (var region in _regions)
        {
            if (region.Contains(address, length)) return region;
        }
        return null;
    }

    private bool TryStore(RamRegion region, uint address, int size, bool isPrivileged, uint value)
    {
        var offset = address - region.Start;
        var flags = region.Flags[offset >> RamRegion.PageShift];
        // A store to flash is its controller's business; one to ROM is refused, so that mistakes show.
        if ((flags & (byte)PageFlags.ReadOnly) != 0) return _bus.TryWrite(address, (AccessWidth)size, value) || Fail(FaultCause.DataError, address);
        if (flags != 0)
        {
            _code.BeginStore(region, offset, size);
            if (!region.PrepareStore(offset, (ulong)size)) return Fail(FaultCause.DataError, address);
        }
        // SAFETY: the region holds the whole access.
        var host = region.Host + offset;
        if (size == 4) *(uint*)host = value;
        else if (size == 2) *(ushort*)host = (ushort)value;
        else *host = (byte)value;
        _code.EndStore();
        Remember(region, address, isPrivileged);
        return true;
    }

    // The next access to the page finds its way by itself, if all of the page is treated like this byte.
    private void Remember(RamRegion region, uint address, bool isPrivileged)
    {
        if (isPrivileged != Privilege) return;
        var page = address & ~PageMask;
        var slot = _cpu->Map + (address >> RamRegion.PageShift);
        if (slot->HostBias != 0 || !Protection.IsUniform(page) || !Protection.Allows(page, isPrivileged, isWrite: false)) return;
        slot->HostBias = (nint)region.Host - (nint)region.Start;
        slot->StoreFlag = Protection.Allows(page, isPrivileged, isWrite: true) ? region.Flags + ((page - region.Start) >> RamRegion.PageShift) : null;
    }

    // Byte by byte, as the bus does it in smaller pieces; the pieces of a store that faults in the middle stay done.
    private bool TryLoadUnaligned(uint address, int size, bool isPrivileged, out uint value)
    {
        value = 0;
        if (UnalignedTraps) return Fail(FaultCause.Unaligned, address);
        for (var i = 0; i < size; i++)
        {
            if (!TryLoad(address + (uint)i, 1, isPrivileged, out var part)) return false;
            value |= part << (8 * i);
        }
        return true;
    }

    private bool TryStoreUnaligned(uint address, int size, bool isPrivileged, uint value)
    {
        if (UnalignedTraps) return Fail(FaultCause.Unaligned, address);
        for (var i = 0; i < size; i++)
        {
            if (!TryStore(address + (uint)i, 1, isPrivileged, value >> (8 * i) & 0xFF)) return false;
        }
        return true;
    }

    private bool UnalignedTraps => !_profile.IsV7 || (_cpu->State.Ccr & ConfigurationControl.UnalignedTrap) != 0;

    private bool Fail(FaultCause cause, uint address)
    {
        (FaultCause, FaultAddress) = (cause, address);
        return !IsStacking && _exceptions.TryIgnore(cause, address);
    }
}

/// <summary>Words that stand for single bits of SRAM and peripherals. Technical Reference Manual of the Cortex-M3, 3.7.</summary>
internal static class BitBand
{
    /// <summary>The byte and bit that an address stands for.</summary>
    public static bool TryMap(uint address, out uint at, out int bit)
    {
        var offset = address & 0x01FF_FFFF;
        at = (address & 0xF000_0000) + offset / 32;
        bit = (int)(offset / 4 & 7);
        return (address & 0xFE00_0000) is 0x2200_0000 or 0x4200_0000;
    }
}
