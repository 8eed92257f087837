// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>Which registers a region, or an instruction, reads and writes. Numbers below 256.</summary>
public sealed class RegisterSet
{
    private readonly bool[] _read = new bool[256];
    private readonly bool[] _stored = new bool[256];
    private readonly bool[] _written = new bool[256];

    /// <summary>Says that a register is read.</summary>
    public void AddRead(int register) => _read[register] = true;

    /// <summary>Says that a register goes to memory as it is, all of it: a read that does not care what is known of it.</summary>
    public void AddStored(int register) => _stored[register] = true;

    /// <summary>Says that a register is written.</summary>
    public void AddWritten(int register) => _written[register] = true;

    internal bool IsUsed(int register) => _read[register] || _stored[register] || _written[register];

    internal bool IsWritten(int register) => _written[register];

    /// <summary>The registers below 64 that are read, and not just stored, by bit.</summary>
    internal ulong ReadBits() => Bits(_read);

    /// <summary>The registers below 64 that are written, by bit.</summary>
    internal ulong WrittenBits() => Bits(_written);

    internal void Clear()
    {
        Array.Clear(_read);
        Array.Clear(_stored);
        Array.Clear(_written);
    }

    private static ulong Bits(bool[] set)
    {
        ulong bits = 0;
        for (var register = 0; register < 64; register++)
        {
            if (set[register]) bits |= 1UL << register;
        }
        return bits;
    }
}
