// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Translation;

/// <summary>A look-up in a software TLB, and the page's flag for stores.</summary>
internal sealed unsafe class TlbMemoryModel(nint loads, nint stores, int entryCount, RamRegion ram) : MemoryModel
{
    private const int LoadBase = 0;
    private const int StoreBase = 1;
    private const int HostBase = 2;
    private const int FlagBase = 3;

    internal override IReadOnlyList<long> Bases => [loads, stores, (long)ram.Host, (long)ram.Flags];

    internal override void EmitLoadAddress(RegionEmitter region, AccessWidth width, Label slow) => EmitLookup(region, width, slow, LoadBase);

    internal override void EmitStoreAddress(RegionEmitter region, AccessWidth width, Label slow)
    {
        var il = region.IL;
        EmitLookup(region, width, slow, StoreBase);
        il.Emit(OpCodes.Conv_U8);
        il.Emit(OpCodes.Stloc, region.Scratch);
        il.Emit(OpCodes.Ldloc, region.Scratch);
        il.Emit(OpCodes.Ldloc, region.Base(HostBase));
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Ldc_I4, RamRegion.PageShift);
        il.Emit(OpCodes.Shr_Un);
        il.Emit(OpCodes.Ldloc, region.Base(FlagBase));
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Ldind_U1);
        il.Emit(OpCodes.Brtrue, slow);
        il.Emit(OpCodes.Ldloc, region.Scratch);
        il.Emit(OpCodes.Conv_I);
    }

    private void EmitLookup(RegionEmitter region, AccessWidth width, Label slow, int table)
    {
        var il = region.IL;
        il.Emit(OpCodes.Stloc, region.AccessAddress);
        il.Emit(OpCodes.Ldloc, region.AccessAddress);
        il.Emit(OpCodes.Ldc_I4, RamRegion.PageShift - TlbEntry.SizeShift);
        il.Emit(OpCodes.Shr_Un);
        region.Constant((long)(entryCount - 1) << TlbEntry.SizeShift);
        il.Emit(OpCodes.And);
        il.Emit(OpCodes.Ldloc, region.Base(table));
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, region.Scratch);

        // The low bits of a misaligned address survive the mask, so that it never equals a tag.
        il.Emit(OpCodes.Ldloc, region.AccessAddress);
        region.Constant(-RamRegion.PageBytes | ((long)width - 1));
        il.Emit(OpCodes.And);
        PushField(region, 0);
        il.Emit(OpCodes.Bne_Un, slow);

        il.Emit(OpCodes.Ldloc, region.AccessAddress);
        PushField(region, sizeof(ulong));
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Conv_I);
    }

    private static void PushField(RegionEmitter region, int offset)
    {
        region.IL.Emit(OpCodes.Ldloc, region.Scratch);
        if (offset != 0)
        {
            region.Constant(offset);
            region.IL.Emit(OpCodes.Add);
        }
        region.IL.Emit(OpCodes.Conv_I);
        region.IL.Emit(OpCodes.Ldind_I8);
    }
}
