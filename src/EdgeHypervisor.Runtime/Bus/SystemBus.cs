// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Runtime;

/// <summary>
/// The way from cores to devices, and to RAM for a core that asks. Windows are sorted; the last one hit is tried first,
/// since a guest polls one device at a time. An exception out of a device ends here: the guest reads zero, and its VM
/// pauses after the instruction.
/// </summary>
internal sealed class SystemBus(GuestMemory memory, IFaultSink faults, VmLog log) : IBus
{
    private HashSet<ulong>? _loggedPages; // none before the first
    private BusWindow[] _windows = [];
    private BusWindow? _last;

    // A guest that scans the whole address space must not fill the log.
    private const int MaximumLoggedPages = 16;

    /// <summary>Accesses to addresses where nothing is.</summary>
    public long BusErrors { get; private set; }

    /// <summary>The windows in the order of their addresses.</summary>
    public IReadOnlyList<BusWindow> Windows => _windows;

    /// <summary>Sets all windows, once, before the first access.</summary>
    /// <exception cref="MachineException">Two windows overlap, or one overlaps memory or is empty.</exception>
    public void Connect(BusWindow[] windows)
    {
        _windows = windows;
        // Few, and mostly in that order already.
        for (var i = 1; i < windows.Length; i++)
        {
            for (var at = i; at > 0 && windows[at - 1].Start > windows[at].Start; at--) (windows[at - 1], windows[at]) = (windows[at], windows[at - 1]);
        }
        for (var i = 0; i < _windows.Length; i++)
        {
            CheckWindow(_windows[i]);
            if (i > 0 && _windows[i].Start <= _windows[i - 1].Last) throw Overlap(_windows[i], $"device {_windows[i - 1].Component.Name}", _windows[i - 1].Start);
        }
    }

    /// <inheritdoc/>
    public bool TryRead(ulong address, AccessWidth width, out ulong value)
    {
        var window = Find(address);
        if (window is null) return TryReadMemory(address, width, out value);
        value = 0;
        var offset = (uint)(address - window.Start);
        window.Reads++;
        if (!window.Takes(offset, width)) return Refuse(window, "misaligned read of", offset);
        try
        {
            value = window.Device.Read(offset, width) & Mask(width);
        }
        catch (Exception exception)
        {
            faults.Report(window.Component, exception);
        }
        return true;
    }

    /// <inheritdoc/>
    public bool TryWrite(ulong address, AccessWidth width, ulong value)
    {
        var window = Find(address);
        if (window is null) return TryWriteMemory(address, width, value);
        var offset = (uint)(address - window.Start);
        window.Writes++;
        if (!window.Takes(offset, width)) return Refuse(window, "misaligned write to", offset);
        try
        {
            window.Device.Write(offset, width, value & Mask(width));
        }
        catch (Exception exception)
        {
            faults.Report(window.Component, exception);
        }
        return true;
    }

    private static ulong Mask(AccessWidth width) => ulong.MaxValue >> (64 - (8 * (int)width));

    private static bool Refuse(BusWindow window, string what, uint offset)
    {
        window.Unassigned.Note(what, offset);
        return false;
    }

    private static MachineException Overlap(BusWindow window, string other, ulong otherStart) => new(
        $"device {window.Component.Name}",
        $"its window 0x{window.Start:x}..0x{window.Last:x} overlaps {other} at 0x{otherStart:x}");

    private void CheckWindow(BusWindow window)
    {
        if (window.LengthBytes == 0) throw new MachineException($"device {window.Component.Name}", "its window has no bytes");
        if (window.Last < window.Start)
            throw new MachineException($"device {window.Component.Name}", $"its window at 0x{window.Start:x} passes the end of the address space");
        for (var i = 0; i < memory.Regions.Count; i++)
        {
            var region = memory.Regions[i];
            if (window.Start <= region.Start + (region.LengthBytes - 1) && region.Start <= window.Last)
                throw Overlap(window, $"memory {region.Name}", region.Start);
        }
    }

    private BusWindow? Find(ulong address)
    {
        var last = _last;
        if (last is not null && address - last.Start < last.LengthBytes) return last;
        var found = Search(address);
        if (found is not null) _last = found;
        return found;
    }

    private BusWindow? Search(ulong address)
    {
        int low = 0, high = _windows.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var window = _windows[middle];
            if (address < window.Start) high = middle - 1;
            else if (address > window.Last) low = middle + 1;
            else return window;
        }
        return null;
    }

    private bool TryReadMemory(ulong address, AccessWidth width, out ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        var ok = memory.TryRead(address, bytes[..(int)width]);
        value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return ok || BusError("read of", address);
    }

    private bool TryWriteMemory(ulong address, AccessWidth width, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return memory.TryWrite(address, bytes[..(int)width]) || memory.TryStoreReadOnly(address, width, value & Mask(width)) || BusError("write to", address);
    }

    private bool BusError(string what, ulong address)
    {
        BusErrors++;
        _loggedPages ??= [];
        if (_loggedPages.Count < MaximumLoggedPages && _loggedPages.Add(address >> RamRegion.PageShift))
            log(VmLogLevel.Warning, "bus", $"{what} 0x{address:x}, where nothing is (or only ROM); further ones in this page are only counted");
        return false;
    }
}
