// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Translation;

/// <summary>
/// Memory as in another model, with data beside code in its RAM. A store into a page whose only flag is that it holds code looks, at the
/// cold end, at the decoded instructions around it: where there are none it is plain.
/// </summary>
/// <remarks>
/// Nothing is decoded while a region runs, so what it was made of stands there. An instruction that reaches into a page
/// from the one before is in no region.
/// </remarks>
internal sealed class BesideCodeMemoryModel(MemoryModel all, RamRegion ram, DecodedPlaces decoded) : MemoryModel
{
    private const int EntryShift = 4;
    private const int EntryBytes = 1 << EntryShift;
    private readonly FlatMemoryModel _ram = new(ram);

    internal override bool ChecksTogether => all.ChecksTogether;

    internal override bool ChecksStoresAlone => true;

    internal override long[] Bases => all.Bases;

    internal override void EmitLoadAddress(RegionEmitter region, AccessAddress address, AccessWidth width, Label slow) =>
        all.EmitLoadAddress(region, address, width, slow);

    internal override void EmitRangeCheck(RegionEmitter region, AccessAddress lowest, int lengthBytes, Label slow) =>
        all.EmitRangeCheck(region, lowest, lengthBytes, slow);

    internal override void EmitGroupedAddress(RegionEmitter region, AccessAddress address) => all.EmitGroupedAddress(region, address);

    internal override void EmitStoreAddress(RegionEmitter region, AccessAddress address, AccessWidth width, Label slow)
    {
        var plain = region.IL.DefineLabel();
        _ram.EmitStoreAddress(region, address, width, slow, isFlagged: region.AtColdEnd(() =>
        {
            EmitLook(region, address, width, slow);
            region.IL.Emit(OpCodes.Br, plain);
        }), plain);
    }

    // The store is aligned and inside: the flags of misaligned ones were asked elsewhere.
    private void EmitLook(RegionEmitter region, AccessAddress address, AccessWidth width, Label slow)
    {
        var il = region.IL;
        var entry = region.NewScratch();
        _ram.PushFlag(region, address);
        il.Emit(OpCodes.Ldc_I4, (int)PageFlags.Code);
        il.Emit(OpCodes.Bne_Un, slow);
        region.StateField(decoded.TableOffset);
        il.Emit(OpCodes.Ldind_I);
        address.Push(region);
        il.Emit(OpCodes.Ldc_I4, RamRegion.PageShift);
        il.Emit(OpCodes.Shr_Un);
        il.Emit(OpCodes.Ldc_I4_3);
        il.Emit(OpCodes.Shl);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Ldind_I8);
        il.Emit(OpCodes.Stloc, entry);
        il.Emit(OpCodes.Ldloc, entry);
        il.Emit(OpCodes.Brfalse, slow);
        il.Emit(OpCodes.Ldloc, entry);
        address.Push(region);
        region.Constant(RamRegion.PageBytes - 2);
        il.Emit(OpCodes.And);
        il.Emit(OpCodes.Ldc_I4, EntryShift - 1);
        il.Emit(OpCodes.Shl);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, entry);
        var halves = Math.Max((int)width / 2, 1);
        for (var half = -1; half < halves; half++)
        {
            il.Emit(OpCodes.Ldloc, entry);
            region.Constant(half * EntryBytes);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Ldind_I8);
            if (half >= 0) il.Emit(OpCodes.Or);
        }
        il.Emit(OpCodes.Brtrue, slow);
    }
}
