// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using static EdgeHypervisor.Cores.RiscV.Tests.ProgramLayout;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>How a program is run: mode, status, what supervisor mode handles, protection.</summary>
internal sealed class ProgramSettings
{
    private const byte NaturalRange = 3 << 3;
    private const byte NaturalFour = 2 << 3;
    private const byte Everything = 7;
    private const ulong PageMask = 0xFFF;

    // Neither the call that ends a program (8) nor those of supervisor mode (9) are supervisor mode's.
    private const ulong Delegable = 0xB0FF;

    private readonly ulong _status;
    private readonly ulong _delegated;
    private readonly ProgramPaging? _paging;
    private readonly bool _isMachine;

    // Configuration and address, as offset in the slot.
    private readonly (byte Config, ulong Offset, ulong Size)[] _protection = new (byte, ulong, ulong)[PmpEntries];

    public ProgramSettings(Random random, ProgramIsa isa, Privilege mode)
    {
        _isMachine = mode == Privilege.Machine;
        _status = (ulong)mode << Status.MppShift | Status.Fs | Random(random, Status.Sum) | Random(random, Status.Mxr);
        if (random.Next(2) == 0) _paging = new ProgramPaging(random, isa.Xlen, mode);
        _protection[PmpEntries - 1] = (NaturalRange | Everything, 0, SlotBytes);
        // Entries that are not locked bind machine mode only where they cover a part of an access, and which parts a misaligned one or
        // FSD on RV32 has is the implementation's choice: privileged specification, 3.7.1.
        if (mode == Privilege.Machine) return;
        for (var i = 0; i < PmpEntries - 1; i++) _protection[i] = random.Next(4) == 0 ? Entry(random) : default;
        // With TW off supervisor mode would sleep.
        _status |= Random(random, Status.Tvm) | (mode == Privilege.Supervisor ? Status.Tw : Random(random, Status.Tw));
        if (random.Next(2) == 0) _delegated = (ulong)random.Next(0x10000) & Delegable;
        else _status |= Random(random, Status.Tsr); // its handler returns by sret
    }

    /// <summary>Whether addresses are translated.</summary>
    public bool HasPaging => _paging is not null;

    /// <summary>Whether a supervisor may change what addresses mean: TVM is off.</summary>
    public bool MayRemap => HasPaging && (_status & Status.Tvm) == 0;

    /// <summary>Where the program sees its slot when its accesses are not machine mode's.</summary>
    public ulong VirtualStart(ulong address) => _paging?.Start ?? address;

    /// <summary>Whether there are protection entries of four bytes.</summary>
    public bool HasSmallEntries => _protection.Any(p => p.Size == 4);

    /// <summary>Whether a protection entry begins or ends where an access across a border of pages may be.</summary>
    public bool HasBorderEntries => _protection.Any(p => p.Size is > 0 and < SlotBytes && ((p.Offset & PageMask) < 8 || (p.Offset + p.Size - 1 & PageMask) >= PageMask - 7));

    /// <summary>
    /// Whether it is left open, or otherwise in QEMU 7.2, if protection allows an access of so many bytes from an address on, in whatever page. One
    /// of eight with an entry of four in its midst is forbidden (privileged specification, 3.7.1), but QEMU looks at the first and the last byte
    /// only. Which parts one across two pages is made of is the implementation's choice, and QEMU looks behind the first page for the second, too.
    /// </summary>
    public bool IsProtectionOpen(int address, int size) => (address & (int)PageMask) + size > (int)PageMask + 1
        ? HasBorderEntries
        : size == 8 && _protection.Any(p => p.Size == 4 && ((int)p.Offset - address & (int)PageMask) is > 0 and < 4);

    public override string ToString() =>
        $"mstatus 0x{_status:x}, medeleg 0x{_delegated:x}, pmp {string.Join(" ", _protection.Where(p => p.Config != 0).Select(p => $"{p.Config:x2}:{p.Offset:x}+{p.Size:x}"))} {_paging}";

    /// <summary>Notes them for the supervisor.</summary>
    public void WriteTo(Span<byte> slot, ulong address, int start, int end)
    {
        var state = slot[State..];
        var isTranslated = HasPaging && !_isMachine;
        var begin = isTranslated ? _paging!.Start : address;
        Put(state, Mstatus, _status);
        Put(state, Medeleg, _delegated);
        Put(state, Satp, _paging?.WriteTo(slot, address) ?? 0);
        Put(state, ToPhysical, address - begin);
        Put(state, ProgramLayout.Entry, begin + (ulong)start);
        Put(state, Exit, begin + (ulong)end);
        Put(state, Stvec, begin + (isTranslated ? (ulong)ProgramPaging.TrampolinePage << 12 : Trampoline));
        Put(slot, Trampoline, 0x1020_0073_0000_0073); // ecall, sret
        for (var i = 0; i < PmpEntries; i++)
        {
            var (config, offset, size) = _protection[i];
            state[PmpConfig + i] = config;
            var isRange = (config & NaturalRange) == NaturalRange;
            Put(state, PmpAddress + 8 * i, config == 0 ? 0 : (address + offset) >> 2 | (isRange ? (size >> 3) - 1 : 0));
        }
    }

    // Something small in the data, or all that lies below an address there.
    private static (byte Config, ulong Offset, ulong Size) Entry(Random random)
    {
        var permissions = (byte)random.Next(8);
        if ((permissions & 3) == 2) permissions |= 1; // W without R is reserved
        var size = 4UL << random.Next(10);
        var offset = (ulong)random.Next(0x2000, ProtectedEnd) & ~(size - 1);
        return random.Next(2) == 0 && size > 4 ? ((byte)(NaturalRange | permissions), offset, size) : ((byte)(NaturalFour | permissions), offset, 4);
    }

    private static ulong Random(Random random, ulong bit) => random.Next(2) == 0 ? bit : 0;

    private static void Put(Span<byte> at, int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(at[offset..], value);
}
