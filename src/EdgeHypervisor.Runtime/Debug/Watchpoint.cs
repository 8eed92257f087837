// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Bytes of guest memory that are compared after each instruction.</summary>
/// <param name="address">Physical address of the first.</param>
/// <param name="content">What they held when last looked at.</param>
internal sealed class Watchpoint(ulong address, byte[] content)
{
    /// <summary>Physical address of the first byte.</summary>
    public ulong Address { get; } = address;

    /// <summary>How many bytes.</summary>
    public int LengthBytes => content.Length;

    /// <summary>Whether one of them is another than before; remembers what they hold now.</summary>
    public bool HasChanged(GuestMemory memory, out ulong changedAt)
    {
        Span<byte> now = stackalloc byte[content.Length];
        changedAt = 0;
        if (!memory.TryRead(Address, now) || now.SequenceEqual(content)) return false;
        changedAt = Address + (ulong)now.CommonPrefixLength(content);
        now.CopyTo(content);
        return true;
    }
}
