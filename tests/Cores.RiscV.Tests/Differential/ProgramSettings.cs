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

    // Neither the call that ends a program (8) nor those of supervisor mode (9) are supervisor mode's.
    private const ulong Delegable = 0xB0FF;

    private readonly Privilege _mode;
    private readonly ulong _status;
    private readonly ulong _delegated;

    // Configuration and address, as offset in the slot.
    private readonly (byte Config, ulong Offset, ulong Size)[] _protection = new (byte, ulong, ulong)[PmpEntries];

    public ProgramSettings(Random random, ProgramIsa isa, Privilege mode)
    {
        _mode = mode;
        _status = (ulong)mode << Status.MppShift | Status.Fs | Random(random, Status.Sum) | Random(random, Status.Mxr);
        if (mode == Privilege.Machine) return;
        // With TW off supervisor mode would sleep.
        _status |= Random(random, Status.Tvm) | (mode == Privilege.Supervisor ? Status.Tw : Random(random, Status.Tw));
        if (random.Next(2) == 0) _delegated = (ulong)random.Next(0x10000) & Delegable;
        else _status |= Random(random, Status.Tsr); // its handler returns by sret
        for (var i = 0; i < PmpEntries - 1; i++) _protection[i] = random.Next(4) == 0 ? Entry(random) : default;
        _protection[PmpEntries - 1] = (NaturalRange | Everything, 0, SlotBytes);
    }

    public override string ToString() =>
        $"mstatus 0x{_status:x}, medeleg 0x{_delegated:x}, pmp {string.Join(" ", _protection.Where(p => p.Config != 0).Select(p => $"{p.Config:x2}:{p.Offset:x}+{p.Size:x}"))}";

    /// <summary>Notes them for the supervisor.</summary>
    public void WriteTo(Span<byte> slot, ulong address, int start, int end)
    {
        var state = slot[State..];
        Put(state, Mstatus, _status);
        Put(state, Medeleg, _delegated);
        Put(state, ProgramLayout.Entry, address + (ulong)start);
        Put(state, Exit, address + (ulong)end);
        Put(state, Stvec, address + Trampoline);
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
