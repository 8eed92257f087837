// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Translation;

/// <summary>
/// One range check, and the page's flag for stores. The access itself does not wait for what the check computes: it adds
/// the distance from guest to host to the address.
/// </summary>
internal sealed unsafe class FlatMemoryModel(RamRegion ram) : MemoryModel
{
    private const int HostBias = 0;
    private const int FlagBias = 1;

    internal override bool ChecksTogether => true;

    internal override IReadOnlyList<long> Bases =>
        [(long)ram.Host - (long)ram.Start, (long)ram.Flags - (long)(ram.Start >> RamRegion.PageShift)];

    internal override void EmitLoadAddress(RegionEmitter region, AccessAddress address, AccessWidth width, Label slow)
    {
        EmitRangeCheck(region, address, (int)width, slow);
        EmitGroupedAddress(region, address);
    }

    internal override void EmitStoreAddress(RegionEmitter region, AccessAddress address, AccessWidth width, Label slow)
    {
        EmitRangeCheck(region, address, (int)width, slow);
        EmitStoreCheck(region, address, (int)width, slow);
        EmitGroupedAddress(region, address);
    }

    // address - start, wrapping, is below length - (bytes - 1), unsigned: the whole access is inside.
    internal override void EmitRangeCheck(RegionEmitter region, AccessAddress lowest, int lengthBytes, Label slow)
    {
        lowest.Push(region, -(long)ram.Start);
        region.Constant(Math.Max((long)ram.LengthBytes - (lengthBytes - 1), 0));
        region.IL.Emit(OpCodes.Bge_Un, slow);
    }

    internal override void EmitStoreCheck(RegionEmitter region, AccessAddress lowest, int lengthBytes, Label slow)
    {
        var il = region.IL;
        if (lengthBytes is 1 or 2 or 4 or 8)
        {
            if (lengthBytes > 1) EmitMisalignedCheck(region, lowest, lengthBytes, slow);
            PushFlag(region, lowest, 0);
        }
        else
        {
            // At most a page long, so the flags of its two ends are all there are.
            PushFlag(region, lowest, 0);
            PushFlag(region, lowest, lengthBytes - 1);
            il.Emit(OpCodes.Or);
        }
        il.Emit(OpCodes.Brtrue, slow);
    }

    internal override void EmitGroupedAddress(RegionEmitter region, AccessAddress address) => address.PushWith(region.Base(HostBias), region);

    // A misaligned store may touch a second page, whose flag counts too: that is asked at the cold end.
    private void EmitMisalignedCheck(RegionEmitter region, AccessAddress address, int lengthBytes, Label slow)
    {
        var il = region.IL;
        var aligned = il.DefineLabel();
        address.Push(region);
        region.Constant(lengthBytes - 1);
        il.Emit(OpCodes.And);
        il.Emit(OpCodes.Brtrue, region.AtColdEnd(() =>
        {
            PushFlag(region, address, lengthBytes - 1);
            il.Emit(OpCodes.Brtrue, slow);
            il.Emit(OpCodes.Br, aligned);
        }));
        il.MarkLabel(aligned);
    }

    private static void PushFlag(RegionEmitter region, AccessAddress address, int distance)
    {
        var il = region.IL;
        address.Push(region, distance);
        il.Emit(OpCodes.Ldc_I4, RamRegion.PageShift);
        il.Emit(OpCodes.Shr_Un);
        il.Emit(OpCodes.Ldloc, region.Base(FlagBias));
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Ldind_U1);
    }
}
