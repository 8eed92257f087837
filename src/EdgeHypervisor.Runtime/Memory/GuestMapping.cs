// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Runtime;

/// <summary>
/// The native memory of one region: a memory file of the kernel, mapped demand-zero between two guards that fault, and
/// its table of page flags, below the first guard: translated code reaches both from one register. Nothing is allocated
/// until it is touched.
/// </summary>
/// <remarks>
/// A memory file rather than anonymous memory because it tells cheaply which pages were ever touched (SEEK_DATA), gives
/// them back by punching a hole, and can be mapped copy-on-write by a clone.
/// </remarks>
internal sealed unsafe class GuestMapping : SafeHandle
{
    // Defence in depth: no access may leave the region, and one that does anyway must not find anything.
    private static readonly nuint GuardBytes = (nuint)Math.Max(Environment.SystemPageSize, 65536);

    private readonly int _file;
    private readonly nuint _reservedBytes;
    private readonly nuint _flagBytes;

    private GuestMapping(byte* reservation, nuint reservedBytes, int file, nuint flagBytes, ulong lengthBytes)
        : base(invalidHandleValue: -1, ownsHandle: true)
    {
        SetHandle((nint)reservation);
        _reservedBytes = reservedBytes;
        _file = file;
        _flagBytes = flagBytes;
        LengthBytes = lengthBytes;
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == -1;

    /// <summary>The first byte of guest memory.</summary>
    public byte* Data => (byte*)handle + _flagBytes + GuardBytes;

    /// <summary>One byte for each page; all zero at first.</summary>
    public byte* Flags => (byte*)handle;

    /// <summary>Length of the guest memory in bytes.</summary>
    public ulong LengthBytes { get; }

    /// <summary>An address from which on so many bytes are free now; null where there are not.</summary>
    public static byte* FindRoom(ulong lengthBytes)
    {
        var room = Reserve((nuint)lengthBytes, null);
        if (room == Libc.MapFailed) return null;
        _ = Libc.Unmap(room, (nuint)lengthBytes);
        return room;
    }

    /// <summary>Maps a region of <paramref name="lengthBytes"/> zero bytes.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="lengthBytes">Its length.</param>
    /// <param name="wanted">Where its first byte would be best; null: anywhere. Only a wish: the kernel may say otherwise.</param>
    /// <exception cref="IOException">The host has no room for it.</exception>
    public static GuestMapping Create(string name, ulong lengthBytes, byte* wanted = null)
    {
        var mappedBytes = RoundUp(lengthBytes);
        var file = Libc.CreateMemoryFile("guest-" + name, Libc.MfdCloseOnExec);
        if (file < 0) throw Libc.Error($"guest memory '{name}': no memory file");
        try
        {
            if (Libc.Truncate(file, (long)mappedBytes) != 0) throw Libc.Error($"guest memory '{name}' of {lengthBytes} bytes");
            return Map(name, file, mappedBytes, lengthBytes, wanted);
        }
        catch
        {
            _ = Libc.Close(file);
            throw;
        }
    }

    /// <summary>The next stretch of pages that were ever touched, at or after <paramref name="page"/>; false when there is none.</summary>
    /// <remarks>Pages outside these stretches are zero, and asking does not touch them.</remarks>
    public bool TryFindPopulated(ulong page, out ulong firstPage, out ulong endPage)
    {
        firstPage = endPage = 0;
        var pages = LengthBytes >> RamRegion.PageShift;
        if (page >= pages) return false;
        var data = Libc.Seek(_file, (long)(page << RamRegion.PageShift), Libc.SeekData);
        if (data < 0 || (ulong)data >= LengthBytes) return false;
        var hole = Libc.Seek(_file, data, Libc.SeekHole);
        firstPage = (ulong)data >> RamRegion.PageShift;
        endPage = Math.Min(pages, ((ulong)hole + RamRegion.PageBytes - 1) >> RamRegion.PageShift);
        return endPage > firstPage;
    }

    /// <summary>Makes all of it zero again and gives the pages back to the host.</summary>
    public void Clear()
    {
        var length = (long)LengthBytes;
        if (Libc.Allocate(_file, Libc.FallocPunchHole | Libc.FallocKeepSize, 0, length) == 0) return;
        // SAFETY: Data is mapped writable for LengthBytes as long as this handle lives, and the caller holds it.
        NativeMemory.Clear(Data, (nuint)LengthBytes);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        // SAFETY: the handle's reference count is zero, so nobody reads or writes the mappings any more.
        var ok = Libc.Unmap((void*)handle, _reservedBytes) == 0;
        return ok & (Libc.Close(_file) == 0);
    }

    // To whole pages of the host.
    private static nuint RoundUp(ulong bytes)
    {
        var hostPage = (ulong)Environment.SystemPageSize;
        return (nuint)((bytes + hostPage - 1) / hostPage * hostPage);
    }

    // Low where there is room: translated code of x86-64 then reaches it without a register, the distance from the guest's addresses being a part of the instruction.
    private static byte* Reserve(nuint lengthBytes, byte* wanted)
    {
        const int Flags = Libc.MapPrivate | Libc.MapAnonymous | Libc.MapNoReserve;
        var low = wanted is null ? Libc.Map(null, lengthBytes, Libc.ProtNone, Flags | Libc.MapLow, -1, 0) : Libc.MapFailed;
        return (byte*)(low != Libc.MapFailed ? low : Libc.Map(wanted, lengthBytes, Libc.ProtNone, Flags, -1, 0));
    }

    private static GuestMapping Map(string name, int file, nuint mappedBytes, ulong lengthBytes, byte* wanted)
    {
        var flagBytes = RoundUp(lengthBytes >> RamRegion.PageShift);
        var reservedBytes = flagBytes + mappedBytes + (2 * GuardBytes);
        // SAFETY: fresh mappings at addresses that the kernel chooses; MAP_FIXED only inside our own reservation.
        var start = wanted is null ? null : wanted - flagBytes - GuardBytes;
        var reservation = Reserve(reservedBytes, start);
        if (reservation == Libc.MapFailed) throw Libc.Error($"guest memory '{name}': no address space for {lengthBytes} bytes");
        var flags = Libc.Map(
            reservation, flagBytes, Libc.ProtReadWrite, Libc.MapPrivate | Libc.MapAnonymous | Libc.MapFixed | Libc.MapNoReserve, -1, 0);
        var data = Libc.Map(
            reservation + flagBytes + GuardBytes, mappedBytes, Libc.ProtReadWrite, Libc.MapShared | Libc.MapFixed | Libc.MapNoReserve, file, 0);
        if (data != Libc.MapFailed && flags != Libc.MapFailed) return new GuestMapping(reservation, reservedBytes, file, flagBytes, lengthBytes);

        var error = Libc.Error($"guest memory '{name}' of {lengthBytes} bytes");
        _ = Libc.Unmap(reservation, reservedBytes);
        throw error;
    }
}
