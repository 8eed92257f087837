// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Translation;

/// <summary>
/// How translated code reaches guest memory. Whatever the guest does, an access that is not plainly inside guest RAM
/// leaves the region, and the interpreter executes the instruction.
/// </summary>
public abstract class MemoryModel
{
    private protected MemoryModel()
    {
    }

    /// <summary>Virtual addresses are physical, and one region holds what is worth being fast.</summary>
    public static MemoryModel Flat(RamRegion ram) => new FlatMemoryModel(ram);

    /// <summary>Through a software TLB of the core: two tables of <see cref="TlbEntry"/>, direct-mapped by page.</summary>
    /// <param name="loads">The first entry for loads, in native memory that outlives the code.</param>
    /// <param name="stores">The first entry for stores.</param>
    /// <param name="entryCount">The number of entries in each, a power of two.</param>
    /// <param name="ram">The region that all entries lead to; its page flags decide whether a store is plain.</param>
    public static MemoryModel Tlb(nint loads, nint stores, int entryCount, RamRegion ram) => new TlbMemoryModel(loads, stores, entryCount, ram);

    /// <summary>Whether accesses at one register are worth checking together.</summary>
    internal virtual bool ChecksTogether => false;

    /// <summary>
    /// Numbers that every access needs. Code finds them in locals, see <see cref="RegionEmitter.Base"/>: as constants they
    /// would take a register and a long instruction each time.
    /// </summary>
    internal abstract IReadOnlyList<long> Bases { get; }

    /// <summary>Pops an address and pushes the host's, or jumps to <paramref name="slow"/> with an empty stack.</summary>
    internal abstract void EmitLoadAddress(RegionEmitter region, AccessWidth width, Label slow);

    /// <summary>The same for a store: also leaves when the page wants to hear of it.</summary>
    internal abstract void EmitStoreAddress(RegionEmitter region, AccessWidth width, Label slow);

    /// <summary>
    /// Pops the lowest address of a group of accesses and pushes its offset in RAM, or jumps to <paramref name="slow"/>
    /// when not all of the group is in RAM.
    /// </summary>
    internal virtual void EmitGroupOffset(RegionEmitter region, int lengthBytes, Label slow) => throw new NotSupportedException();

    /// <summary>Pops an offset in RAM and pushes the host address.</summary>
    internal virtual void EmitGroupHost(RegionEmitter region) => throw new NotSupportedException();

    /// <summary>Pops the offset of a group's first stored byte: leaves when a page of its stores wants to hear of them.</summary>
    internal virtual void EmitGroupStoreCheck(RegionEmitter region, int lengthBytes, Label slow) => throw new NotSupportedException();
}
