// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Translation;

/// <summary>One range check, and the page's flag for stores.</summary>
internal sealed unsafe class FlatMemoryModel(RamRegion ram) : MemoryModel
{
    private const int HostBase = 0;
    private const int FlagBase = 1;

    internal override bool ChecksTogether => true;

    internal override IReadOnlyList<long> Bases => [(long)ram.Host, (long)ram.Flags];

    internal override void EmitLoadAddress(RegionEmitter region, AccessWidth width, Label slow)
    {
        EmitOffset(region, (int)width, slow);
        PushHostAddress(region);
    }

    internal override void EmitStoreAddress(RegionEmitter region, AccessWidth width, Label slow)
    {
        EmitOffset(region, (int)width, slow);
        EmitAlignedFlagCheck(region, (int)width, slow);
        PushHostAddress(region);
    }

    internal override void EmitGroupOffset(RegionEmitter region, int lengthBytes, Label slow)
    {
        EmitOffset(region, lengthBytes, slow);
        region.IL.Emit(OpCodes.Ldloc, region.Scratch);
    }

    internal override void EmitGroupHost(RegionEmitter region)
    {
        region.IL.Emit(OpCodes.Ldloc, region.Base(HostBase));
        region.IL.Emit(OpCodes.Add);
        region.IL.Emit(OpCodes.Conv_I);
    }

    internal override void EmitGroupStoreCheck(RegionEmitter region, int lengthBytes, Label slow)
    {
        region.IL.Emit(OpCodes.Stloc, region.Scratch);
        if (lengthBytes is 1 or 2 or 4 or 8)
        {
            EmitAlignedFlagCheck(region, lengthBytes, slow);
            return;
        }
        // At most a page long, so the flags of its two ends are all there are.
        PushFlag(region, 0);
        PushFlag(region, lengthBytes - 1);
        region.IL.Emit(OpCodes.Or);
        region.IL.Emit(OpCodes.Brtrue, slow);
    }

    // The offset is in scratch. A misaligned store may touch a second page, whose flag counts too: that is asked at the cold end.
    private void EmitAlignedFlagCheck(RegionEmitter region, int lengthBytes, Label slow)
    {
        var il = region.IL;
        if (lengthBytes > 1)
        {
            var aligned = il.DefineLabel();
            il.Emit(OpCodes.Ldloc, region.Scratch);
            region.Constant(lengthBytes - 1);
            il.Emit(OpCodes.And);
            il.Emit(OpCodes.Brtrue, region.AtColdEnd(() =>
            {
                PushFlag(region, lengthBytes - 1);
                il.Emit(OpCodes.Brtrue, slow);
                il.Emit(OpCodes.Br, aligned);
            }));
            il.MarkLabel(aligned);
        }
        PushFlag(region, 0);
        il.Emit(OpCodes.Brtrue, slow);
    }

    // Pops an address. scratch = address - start, wrapping; below length - (bytes - 1), unsigned: the whole access is inside.
    private void EmitOffset(RegionEmitter region, int lengthBytes, Label slow)
    {
        var il = region.IL;
        region.Constant(-(long)ram.Start);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, region.Scratch);
        il.Emit(OpCodes.Ldloc, region.Scratch);
        region.Constant(Math.Max((long)ram.LengthBytes - (lengthBytes - 1), 0));
        il.Emit(OpCodes.Bge_Un, slow);
    }

    private void PushHostAddress(RegionEmitter region)
    {
        region.IL.Emit(OpCodes.Ldloc, region.Scratch);
        region.IL.Emit(OpCodes.Ldloc, region.Base(HostBase));
        region.IL.Emit(OpCodes.Add);
        region.IL.Emit(OpCodes.Conv_I);
    }

    private void PushFlag(RegionEmitter region, int distance)
    {
        var il = region.IL;
        il.Emit(OpCodes.Ldloc, region.Scratch);
        if (distance != 0)
        {
            region.Constant(distance);
            il.Emit(OpCodes.Add);
        }
        il.Emit(OpCodes.Ldc_I4, RamRegion.PageShift);
        il.Emit(OpCodes.Shr_Un);
        il.Emit(OpCodes.Ldloc, region.Base(FlagBase));
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Ldind_U1);
    }
}
