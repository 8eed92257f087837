// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>The RAM and ROM of a VM. For devices that reach memory themselves and for loaders; on the VM's turn only.</summary>
public interface IGuestMemory
{
    /// <summary>All regions, in order of their addresses, without overlap. The first RAM region is the main one.</summary>
    IReadOnlyList<RamRegion> Regions { get; }

    /// <summary>Reads; false, and nothing copied, unless the whole range is RAM or ROM.</summary>
    bool TryRead(ulong address, Span<byte> destination);

    /// <summary>Writes; false, and nothing changed, unless the whole range is writable RAM.</summary>
    bool TryWrite(ulong address, ReadOnlySpan<byte> source);

    /// <summary>Writes read-only memory too, as a flash controller does. False, and nothing changed, unless the whole range is RAM or ROM.</summary>
    bool TryProgram(ulong address, ReadOnlySpan<byte> source) => TryWrite(address, source);

    /// <summary>
    /// Says who decides on the guest's stores to a range of read-only memory, which no core makes itself. One for each range,
    /// named while devices are made.
    /// </summary>
    void OnReadOnlyStore(ulong start, ulong lengthBytes, ReadOnlyStore handler)
    {
    }
}
