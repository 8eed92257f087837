// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Remembers numbers in 512 bytes: what was added is always found, and now and then something that was not.</summary>
internal sealed class NumberFilter
{
    private const int IndexBits = 12;
    private readonly ulong[] _words = new ulong[(1 << IndexBits) / 64];

    /// <summary>Adds a number.</summary>
    public void Add(ulong number)
    {
        var bit = BitOf(number);
        _words[bit >> 6] |= 1UL << bit;
    }

    /// <summary>Whether a number may have been added.</summary>
    public bool MayContain(ulong number)
    {
        var bit = BitOf(number);
        return (_words[bit >> 6] >> bit & 1) != 0;
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => Array.Clear(_words);

    // Fibonacci hashing: the highest bits of the product depend on all of the number's.
    private static int BitOf(ulong number) => (int)((number * 0x9E37_79B9_7F4A_7C15) >> (64 - IndexBits));
}
