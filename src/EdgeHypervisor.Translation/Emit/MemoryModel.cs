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

    /// <summary>Leaves the host address on the stack, or jumps to <paramref name="slow"/> with an empty one.</summary>
    internal abstract void EmitLoadAddress(ILGenerator il, LocalBuilder address, AccessWidth width, Label slow, LocalBuilder scratch);

    /// <summary>The same for a store: also leaves when the page wants to hear of it.</summary>
    internal abstract void EmitStoreAddress(ILGenerator il, LocalBuilder address, AccessWidth width, Label slow, LocalBuilder scratch);
}

internal sealed unsafe class FlatMemoryModel(RamRegion ram) : MemoryModel
{
    internal override void EmitLoadAddress(ILGenerator il, LocalBuilder address, AccessWidth width, Label slow, LocalBuilder scratch)
    {
        // offset = address - start, wrapping; offset < length - (width - 1), unsigned: the whole access is inside.
        il.Emit(OpCodes.Ldloc, address);
        il.Emit(OpCodes.Ldc_I8, (long)ram.Start);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Stloc, scratch);
        il.Emit(OpCodes.Ldloc, scratch);
        il.Emit(OpCodes.Ldc_I8, (long)ram.LengthBytes - ((int)width - 1));
        il.Emit(OpCodes.Bge_Un, slow);
        PushHostAddress(il, scratch);
    }

    internal override void EmitStoreAddress(ILGenerator il, LocalBuilder address, AccessWidth width, Label slow, LocalBuilder scratch)
    {
        EmitLoadAddress(il, address, width, slow, scratch);
        il.Emit(OpCodes.Pop);
        PushFlag(il, scratch, 0);
        if (width != AccessWidth.Byte)
        {
            // A misaligned store may touch a second page, whose flag counts too.
            PushFlag(il, scratch, (int)width - 1);
            il.Emit(OpCodes.Or);
        }
        il.Emit(OpCodes.Brtrue, slow);
        PushHostAddress(il, scratch);
    }

    private void PushHostAddress(ILGenerator il, LocalBuilder offset)
    {
        il.Emit(OpCodes.Ldloc, offset);
        il.Emit(OpCodes.Ldc_I8, (long)ram.Host);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Conv_I);
    }

    private void PushFlag(ILGenerator il, LocalBuilder offset, int lastByte)
    {
        il.Emit(OpCodes.Ldloc, offset);
        if (lastByte != 0)
        {
            il.Emit(OpCodes.Ldc_I8, (long)lastByte);
            il.Emit(OpCodes.Add);
        }
        il.Emit(OpCodes.Ldc_I4, RamRegion.PageShift);
        il.Emit(OpCodes.Shr_Un);
        il.Emit(OpCodes.Ldc_I8, (long)ram.Flags);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Ldind_U1);
    }
}

internal sealed unsafe class TlbMemoryModel(nint loads, nint stores, int entryCount, RamRegion ram) : MemoryModel
{
    internal override void EmitLoadAddress(ILGenerator il, LocalBuilder address, AccessWidth width, Label slow, LocalBuilder scratch) =>
        EmitLookup(il, address, width, slow, scratch, loads);

    internal override void EmitStoreAddress(ILGenerator il, LocalBuilder address, AccessWidth width, Label slow, LocalBuilder scratch) =>
        EmitStoreLookup(il, address, width, slow, scratch);

    private void EmitStoreLookup(ILGenerator il, LocalBuilder address, AccessWidth width, Label slow, LocalBuilder scratch)
    {
        EmitLookup(il, address, width, slow, scratch, stores);
        il.Emit(OpCodes.Conv_U8);
        il.Emit(OpCodes.Stloc, scratch);
        il.Emit(OpCodes.Ldloc, scratch);
        il.Emit(OpCodes.Ldc_I8, (long)ram.Host);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Ldc_I4, RamRegion.PageShift);
        il.Emit(OpCodes.Shr_Un);
        il.Emit(OpCodes.Ldc_I8, (long)ram.Flags);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Ldind_U1);
        il.Emit(OpCodes.Brtrue, slow);
        il.Emit(OpCodes.Ldloc, scratch);
        il.Emit(OpCodes.Conv_I);
    }

    private void EmitLookup(ILGenerator il, LocalBuilder address, AccessWidth width, Label slow, LocalBuilder scratch, nint table)
    {
        il.Emit(OpCodes.Ldloc, address);
        il.Emit(OpCodes.Ldc_I4, RamRegion.PageShift - TlbEntry.SizeShift);
        il.Emit(OpCodes.Shr_Un);
        il.Emit(OpCodes.Ldc_I8, (long)(entryCount - 1) << TlbEntry.SizeShift);
        il.Emit(OpCodes.And);
        il.Emit(OpCodes.Ldc_I8, (long)table);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, scratch);

        // The low bits of a misaligned address survive the mask, so that it never equals a tag.
        il.Emit(OpCodes.Ldloc, address);
        il.Emit(OpCodes.Ldc_I8, -RamRegion.PageBytes | ((long)width - 1));
        il.Emit(OpCodes.And);
        Ldind8(il, scratch, 0);
        il.Emit(OpCodes.Bne_Un, slow);

        il.Emit(OpCodes.Ldloc, address);
        Ldind8(il, scratch, sizeof(ulong));
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Conv_I);
    }

    private static void Ldind8(ILGenerator il, LocalBuilder pointer, int offset)
    {
        il.Emit(OpCodes.Ldloc, pointer);
        if (offset != 0)
        {
            il.Emit(OpCodes.Ldc_I8, (long)offset);
            il.Emit(OpCodes.Add);
        }
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Ldind_I8);
    }
}
