// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using static EdgeHypervisor.Cores.RiscV.Tests.ProgramLayout;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>
/// Page tables of a program, Sv32, Sv39 or Sv48: its code where it may run, a page of data with any rights whatever and one that it may
/// use, other addresses for both, and the last table itself, for a supervisor that changes it.
/// </summary>
internal sealed class ProgramPaging
{
    private const int Valid = 1, Read = 2, Write = 4, Execute = 8, User = 16, Accessed = 64, Dirty = 128;
    private const int PageShift = 12;

    public const int TrampolinePage = 6;
    private const int TablePage = 7;

    // Every start has this place in its last table.
    private const int FirstIndex = 0x100;
    private readonly int _xlen;
    private readonly int _mode;
    private readonly int _levels;

    // Of each virtual page: its place in the slot and its flags.
    private readonly List<(int Offset, ulong Flags)> _pages = [];

    public ProgramPaging(Random random, int xlen, Privilege mode)
    {
        _xlen = xlen;
        (_mode, _levels) = xlen == 32 ? (1, 2) : random.Next(2) == 0 ? (8, 3) : (9, 4);
        Start = xlen == 32 ? 0x1150_0000UL
            : random.Next(2) == 0 ? 0x12_3450_0000UL
            : _levels == 3 ? 0xFFFF_FFC0_0050_0000 : 0xFFFF_8A12_3450_0000;
        var user = mode == Privilege.User ? User : 0;
        var all = (ulong)(Valid | Read | Write | Accessed | Dirty | user);
        _pages.Add((0, all | Execute));
        _pages.Add((0x1000, all | Execute));
        _pages.Add((0x2000, AnyFlags(random, user)));
        _pages.Add((0x3000, all));
        _pages.Add((0x3000, AnyFlags(random, user)));
        _pages.Add((0x2000, all & ~(ulong)(Accessed | Dirty)));
        _pages.Add((Trampoline, Valid | Read | Execute | Accessed));
        _pages.Add((TableOffset(0), mode == Privilege.Supervisor ? all : 0));
    }

    /// <summary>The virtual address of the slot.</summary>
    public ulong Start { get; }

    /// <summary>Virtual pages of data whose rights may change, by number.</summary>
    public static ReadOnlySpan<int> Changeable => [2, 4, 5];

    /// <summary>Where the entry of a page is in the program's own addresses.</summary>
    public static int EntryAddress(int page, int xlen) => TablePage << PageShift | (FirstIndex + page) * xlen / 8;

    public override string ToString() => $"{_mode switch { 1 => "Sv32", 8 => "Sv39", _ => "Sv48" }} at 0x{Start:x}: {string.Join(" ", _pages.Select(p => $"{p.Offset:x}:{p.Flags:x}"))}";

    /// <summary>Writes the tables; gives back satp.</summary>
    public ulong WriteTo(Span<byte> slot, ulong address)
    {
        for (var level = _levels - 1; level > 0; level--) PutEntry(slot, level, IndexOf(Start, level), address + (ulong)TableOffset(level - 1), Valid);
        for (var i = 0; i < _pages.Count; i++) PutEntry(slot, 0, IndexOf(Start, 0) + i, address + (ulong)_pages[i].Offset, _pages[i].Flags);
        var root = address + (ulong)TableOffset(_levels - 1);
        return (ulong)_mode << (_xlen == 32 ? 31 : 60) | root >> PageShift;
    }

    // Mostly something useful, sometimes nothing, sometimes reserved.
    private static ulong AnyFlags(Random random, int user) => random.Next(4) switch
    {
        0 => (ulong)random.Next(256),
        1 => (ulong)(Valid | Read | Accessed | user | random.Next(2) * Dirty),
        2 => (ulong)(Valid | Read | Write | random.Next(2) * User | random.Next(2) * Accessed),
        _ => (ulong)(Valid | Execute | user | Accessed | random.Next(2) * Read),
    };

    private static int TableOffset(int level) => Tables + (level << PageShift);

    private int IndexOf(ulong address, int level)
    {
        var bits = _xlen == 32 ? 10 : 9;
        return (int)(address >> (PageShift + level * bits)) & ((1 << bits) - 1);
    }

    private void PutEntry(Span<byte> slot, int level, int index, ulong target, ulong flags)
    {
        var at = slot[(TableOffset(level) + index * _xlen / 8)..];
        var entry = target >> PageShift << 10 | flags;
        if (_xlen == 32) BinaryPrimitives.WriteUInt32LittleEndian(at, (uint)entry);
        else BinaryPrimitives.WriteUInt64LittleEndian(at, entry);
    }
}
