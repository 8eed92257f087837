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

    /// <summary>As with one piece, and loads reach a second piece as well: flash, or wherever constants are.</summary>
    /// <param name="ram">What is read and written.</param>
    /// <param name="constants">What is read.</param>
    /// <param name="constantAddresses">The registers, by bit, that likely are addresses of constants when the region is entered.</param>
    public static MemoryModel Flat(RamRegion ram, RamRegion constants, ulong constantAddresses)
    {
        ArgumentNullException.ThrowIfNull(ram);
        ArgumentNullException.ThrowIfNull(constants);
        return CommonBiasMemoryModel.IsCommon(ram, constants)
            ? new CommonBiasMemoryModel(ram, constants) { ConstantAddresses = constantAddresses }
            : new TwoPieceMemoryModel(ram, constants);
    }

    /// <summary>
    /// The same where there is code in the RAM, and data beside it: a store into a page of code is plain where none of its
    /// bytes belongs to a decoded instruction.
    /// </summary>
    /// <param name="ram">The RAM of this model; without aliases, whose pages would have instructions of their own.</param>
    /// <param name="decoded">Where the core's state points to its decoded pages.</param>
    public MemoryModel BesideCode(RamRegion ram, DecodedPlaces decoded) =>
        new BesideCodeMemoryModel(this, ram, decoded) { ConstantAddresses = ConstantAddresses };

    /// <summary>Through a software TLB of the core: two tables of <see cref="TlbEntry"/>, direct-mapped by page.</summary>
    /// <param name="loads">The first entry for loads, in native memory that outlives the code.</param>
    /// <param name="stores">The first entry for stores.</param>
    /// <param name="entryCount">The number of entries in each, a power of two.</param>
    /// <param name="ram">The region that all entries lead to; its page flags decide whether a store is plain. Its host memory begins with a page.</param>
    /// <exception cref="ArgumentException">It does not.</exception>
    public static MemoryModel Tlb(nint loads, nint stores, int entryCount, RamRegion ram) => new TlbMemoryModel(loads, stores, entryCount, ram);

    /// <summary>The options that suit this way to memory: where each access takes more code, what is compiled should be less.</summary>
    internal virtual TranslationOptions Suit(TranslationOptions options) => options;

    /// <summary>Whether accesses at one register are worth checking together.</summary>
    internal virtual bool ChecksTogether => false;

    /// <summary>Whether that holds for loads only: what is known of one store says nothing of its neighbour.</summary>
    internal virtual bool ChecksStoresAlone => false;

    /// <summary>Whether what is checked for loads is checked for stores, too, but for the pages' flags.</summary>
    internal virtual bool StoresWhereItLoads => true;

    /// <summary>Whether the check of an access is remembered.</summary>
    internal bool KnowsOf(in MemoryOperand operand) => ChecksTogether && !(operand.IsStore && ChecksStoresAlone);

    /// <summary>The registers, by bit, that likely are addresses of constants when the region is entered.</summary>
    internal ulong ConstantAddresses { get; init; }

    /// <summary>
    /// Numbers that every access needs. Code finds them in locals, see <see cref="RegionEmitter.Base"/>: as constants they
    /// would take a register and a long instruction each time.
    /// </summary>
    internal abstract long[] Bases { get; }

    /// <summary>Pushes the host address of a load, or jumps to <paramref name="slow"/> with an empty stack.</summary>
    internal abstract void EmitLoadAddress(RegionEmitter region, AccessAddress address, AccessWidth width, Label slow);

    /// <summary>The same for a store: also leaves when the page wants to hear of it.</summary>
    internal abstract void EmitStoreAddress(RegionEmitter region, AccessAddress address, AccessWidth width, Label slow);

    /// <summary>Whether all from <paramref name="low"/> up to <paramref name="high"/> is certainly memory.</summary>
    internal virtual bool IsInside(long low, long high) => false;

    /// <summary>Leaves when not all of a group of accesses is in RAM.</summary>
    internal virtual void EmitRangeCheck(RegionEmitter region, AccessAddress lowest, int lengthBytes, Label slow) => throw new NotSupportedException();

    /// <summary>Leaves when a page of a group's stores wants to hear of them.</summary>
    internal virtual void EmitStoreCheck(RegionEmitter region, AccessAddress lowest, int lengthBytes, Label slow) => throw new NotSupportedException();

    /// <summary>Pushes the host address of an access whose group was checked.</summary>
    internal virtual void EmitGroupedAddress(RegionEmitter region, AccessAddress address) => throw new NotSupportedException();
}
