// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Translation;

/// <summary>A look-up in a software TLB, and the page's flag for stores.</summary>
internal sealed unsafe class TlbMemoryModel(nint loads, nint stores, int entryCount, RamRegion ram) : MemoryModel
{
    // Where it begins with a page the number of a page of the host is that of a flag, but for a constant.
    private readonly long _flagBias = (nint)ram.Host % RamRegion.PageBytes == 0
        ? (long)ram.Flags - ((long)ram.Host >> RamRegion.PageShift)
        : throw new ArgumentException($"the host memory of {ram.Name} does not begin with a page", nameof(ram));

    private const int LoadBase = 0;
    private const int StoreBase = 1;
    private const int FlagBase = 2;

    // RyuJIT takes 220 to 400 us for each of 800 guest instructions whose accesses are look-ups, and 110 to 120 for each of 200; and who has
    // page tables has much code that is run some thousand times and never again. Linux's start: 17 s of processor time before, 7 with this.
    internal override TranslationOptions Suit(TranslationOptions options) => options with
    {
        MaximumInstructions = Math.Min(options.MaximumInstructions, 200),
        MaximumInlinedInstructions = Math.Min(options.MaximumInlinedInstructions, 60),
        MaximumCallDepth = Math.Min(options.MaximumCallDepth, 1),
        TimesHot = 300,
        TimesHotInterpreted = 14,
        TimesMoreWhereCovered = 3,
    };

    internal override long[] Bases => [loads, stores, _flagBias];

    internal override void EmitLoadAddress(RegionEmitter region, AccessAddress address, AccessWidth width, Label slow) =>
        EmitLookup(region, address, width, slow, LoadBase);

    internal override void EmitStoreAddress(RegionEmitter region, AccessAddress address, AccessWidth width, Label slow)
    {
        var il = region.IL;
        EmitLookup(region, address, width, slow, StoreBase);
        var host = region.NewScratch();
        il.Emit(OpCodes.Conv_U8);
        il.Emit(OpCodes.Stloc, host);
        il.Emit(OpCodes.Ldloc, host);
        il.Emit(OpCodes.Ldc_I4, RamRegion.PageShift);
        il.Emit(OpCodes.Shr_Un);
        il.Emit(OpCodes.Ldloc, region.Base(FlagBase));
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Ldind_U1);
        il.Emit(OpCodes.Brtrue, slow);
        il.Emit(OpCodes.Ldloc, host);
        il.Emit(OpCodes.Conv_I);
    }

    private void EmitLookup(RegionEmitter region, AccessAddress address, AccessWidth width, Label slow, int table)
    {
        var il = region.IL;
        var entry = region.NewScratch();
        address.Push(region);
        il.Emit(OpCodes.Ldc_I4, RamRegion.PageShift - TlbEntry.SizeShift);
        il.Emit(OpCodes.Shr_Un);
        region.Constant((long)(entryCount - 1) << TlbEntry.SizeShift);
        il.Emit(OpCodes.And);
        il.Emit(OpCodes.Ldloc, region.Base(table));
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, entry);

        // The low bits of a misaligned address survive the mask, so that it never equals a tag.
        address.Push(region);
        region.Constant(-RamRegion.PageBytes | ((long)width - 1));
        il.Emit(OpCodes.And);
        PushField(region, entry, 0);
        il.Emit(OpCodes.Bne_Un, slow);

        address.Push(region);
        PushField(region, entry, sizeof(ulong));
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Conv_I);
    }

    private static void PushField(RegionEmitter region, LocalBuilder entry, int offset)
    {
        region.IL.Emit(OpCodes.Ldloc, entry);
        if (offset != 0)
        {
            region.Constant(offset);
            region.IL.Emit(OpCodes.Add);
        }
        region.IL.Emit(OpCodes.Conv_I);
        region.IL.Emit(OpCodes.Ldind_I8);
    }
}
