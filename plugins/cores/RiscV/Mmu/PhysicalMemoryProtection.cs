// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// The 16 entries of PMP, and who may reach what. Privileged specification, 3.7. Grain 4 bytes.
/// </summary>
internal sealed unsafe class PhysicalMemoryProtection(Hart* hart)
{
    private const byte Lock = 1 << 7;
    private const byte ModeMask = 3 << 3;
    private const byte TopOfRange = 1 << 3;
    private const byte NaturalFour = 2 << 3;

    // SAFETY: the hart outlives this object; the core owns both.
    private readonly HartState* _state = &hart->State;

    // What the registers say, worked out once after each change: every walk of the page tables asks several times.
    private readonly ulong[] _first = new ulong[HartState.PmpEntries];
    private readonly ulong[] _last = new ulong[HartState.PmpEntries];
    private readonly byte[] _config = new byte[HartState.PmpEntries];
    private int _active;

    /// <summary>
    /// Whether machine mode's accesses have to be checked, too: an entry is locked, or one begins or ends in the middle of an aligned
    /// double word, whose access it then matches in part, and any such access fails.
    /// </summary>
    public bool BindsMachineMode { get; private set; }

    /// <summary>Takes the registers over after they have changed.</summary>
    public void Refresh()
    {
        (_active, BindsMachineMode) = (0, false);
        for (var i = 0; i < HartState.PmpEntries; i++)
        {
            if (!TryRange(i, out var first, out var last)) continue;
            (_first[_active], _last[_active], _config[_active]) = (first, last, _state->PmpConfig[i]);
            BindsMachineMode |= (_state->PmpConfig[i] & Lock) != 0 || ((first | (last + 1)) & 7) != 0;
            _active++;
        }
    }

    /// <summary>Whether the access may be made: by the first entry that matches any byte of it, which must match all.</summary>
    public bool Allows(ulong address, ulong sizeBytes, Access access, Privilege privilege)
    {
        var end = address + (sizeBytes - 1);
        for (var i = 0; i < _active; i++)
        {
            if (end < _first[i] || address > _last[i]) continue;
            if (address < _first[i] || end > _last[i]) return false;
            var config = _config[i];
            if (privilege == Privilege.Machine && (config & Lock) == 0) return true;
            return (config & (byte)access) != 0;
        }
        return privilege == Privilege.Machine;
    }

    /// <summary>A pmpcfg byte; ignored when the entry is locked. W without R is reserved and becomes neither.</summary>
    public void WriteConfig(int entry, byte value)
    {
        if ((_state->PmpConfig[entry] & Lock) != 0) return;
        value &= 0b1001_1111;
        if ((value & 3) == 2) value &= 0b1111_1101;
        _state->PmpConfig[entry] = value;
    }

    /// <summary>A pmpaddr register; ignored when the entry, or the top-of-range entry above it, is locked.</summary>
    public void WriteAddress(int entry, ulong value)
    {
        if ((_state->PmpConfig[entry] & Lock) != 0) return;
        if (entry + 1 < HartState.PmpEntries && (_state->PmpConfig[entry + 1] & (Lock | ModeMask)) == (Lock | TopOfRange)) return;
        _state->PmpAddress[entry] = value & ((1UL << 54) - 1);
    }

    // The bytes an entry covers, from the first to the last; false when it is off or empty.
    private bool TryRange(int entry, out ulong first, out ulong last)
    {
        (first, last) = (0, 0);
        var address = _state->PmpAddress[entry];
        switch (_state->PmpConfig[entry] & ModeMask)
        {
            case 0:
                return false;
            case TopOfRange:
                first = entry == 0 ? 0 : _state->PmpAddress[entry - 1] << 2;
                last = (address << 2) - 1;
                return first < address << 2;
            case NaturalFour:
                first = address << 2;
                last = first + 3;
                return true;
            default:
                // Trailing ones give the size: 2^(ones + 3) bytes.
                var span = (1UL << Math.Min(BitOperations.TrailingZeroCount(~address) + 3, 57)) - 1;
                first = address << 2 & ~span;
                last = first | span;
                return true;
        }
    }
}
