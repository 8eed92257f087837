// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Reflection.Emit;
using System.Runtime.Intrinsics.X86;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Translation;

/// <summary>
/// One range check, and the page's flag for stores. The access itself does not wait for what the check computes: it adds
/// the distance from guest to host to the address. On x86-64 a short distance is part of the instruction and takes no register.
/// </summary>
internal sealed unsafe class FlatMemoryModel(RamRegion ram) : MemoryModel
{
    private const int HostBias = 0;
    private const int FlagBase = 1;

    internal override bool ChecksTogether => true;

    // What makes a guest address a host address.
    private long HostBiasValue => (long)ram.Host - (long)ram.Start;

    // From there to the flags. When they lie beside the memory one base in a register serves both.
    private long FlagDistance => (long)ram.Flags - HostBiasValue;

    private bool AreFlagsNear => FlagDistance == (int)FlagDistance && FlagDistance - FirstPage == (int)(FlagDistance - FirstPage);

    private long FirstPage => (long)(ram.Start >> RamRegion.PageShift);

    // Whether both distances fit into instructions of the host.
    private bool IsNear => X86Base.X64.IsSupported && HostBiasValue == (int)HostBiasValue && (long)ram.Flags - FirstPage == (int)((long)ram.Flags - FirstPage);

    internal override long[] Bases => IsNear ? [] : AreFlagsNear ? [HostBiasValue] : [HostBiasValue, (long)ram.Flags];

    internal override void EmitLoadAddress(RegionEmitter region, AccessAddress address, AccessWidth width, Label slow)
    {
        EmitRangeCheck(region, address, (int)width, slow);
        EmitGroupedAddress(region, address);
    }

    // The offset, rotated right by the width's shift, is below the length so shifted only when it is inside and aligned.
    // A misaligned store may be all right, and touches a second page: that is asked at the cold end.
    internal override void EmitStoreAddress(RegionEmitter region, AccessAddress address, AccessWidth width, Label slow) =>
        EmitStoreAddress(region, address, width, slow, isFlagged: slow, region.IL.DefineLabel());

    /// <summary>The same with a way of its own for an aligned store whose page has a flag: it may come back at <paramref name="mayStore"/>.</summary>
    internal void EmitStoreAddress(RegionEmitter region, AccessAddress address, AccessWidth width, Label slow, Label isFlagged, Label mayStore)
    {
        var il = region.IL;
        var (shift, rotated) = (BitOperations.Log2((uint)width), region.NewScratch());
        address.Push(region, -(long)ram.Start);
        if (shift != 0)
        {
            il.Emit(OpCodes.Ldc_I4, shift);
            il.Emit(OpCodes.Call, HostOperation.RotateRight(isWide: true));
        }
        il.Emit(OpCodes.Stloc, rotated);
        il.Emit(OpCodes.Ldloc, rotated);
        region.Constant((long)(ram.LengthBytes >> shift));
        il.Emit(OpCodes.Bge_Un, shift == 0 ? slow : region.AtColdEnd(() =>
        {
            EmitRangeCheck(region, address, (int)width, slow);
            EmitFlagsOfBothEnds(region, address, (int)width, slow);
            il.Emit(OpCodes.Br, mayStore);
        }));
        il.Emit(OpCodes.Ldloc, rotated);
        il.Emit(OpCodes.Ldc_I4, RamRegion.PageShift - shift);
        il.Emit(OpCodes.Shr_Un);
        LoadFlag(region, firstPage: 0);
        il.Emit(OpCodes.Brtrue, isFlagged);
        il.MarkLabel(mayStore);
        EmitGroupedAddress(region, address);
    }

    internal override bool IsInside(long low, long high) => low >= (long)ram.Start && high <= (long)(ram.Start + ram.LengthBytes);

    // address - start, wrapping, is below length - (bytes - 1), unsigned: the whole access is inside.
    internal override void EmitRangeCheck(RegionEmitter region, AccessAddress lowest, int lengthBytes, Label slow)
    {
        lowest.Push(region, -(long)ram.Start);
        region.Constant(Math.Max((long)ram.LengthBytes - (lengthBytes - 1), 0));
        region.IL.Emit(OpCodes.Bge_Un, slow);
    }

    internal override void EmitStoreCheck(RegionEmitter region, AccessAddress lowest, int lengthBytes, Label slow)
    {
        if (lengthBytes is not (1 or 2 or 4 or 8))
        {
            EmitFlagsOfBothEnds(region, lowest, lengthBytes, slow);
            return;
        }
        if (lengthBytes > 1) EmitMisalignedCheck(region, lowest, lengthBytes, slow);
        PushFlag(region, lowest, 0);
        region.IL.Emit(OpCodes.Brtrue, slow);
    }

    internal override void EmitGroupedAddress(RegionEmitter region, AccessAddress address)
    {
        if (!IsNear)
        {
            address.PushWith(region.Base(HostBias), region);
            return;
        }
        address.Push(region, HostBiasValue);
        region.IL.Emit(OpCodes.Conv_I);
    }

    /// <summary>Pushes the distance from guest to host.</summary>
    internal void PushHostBias(RegionEmitter region)
    {
        if (IsNear) region.Constant(HostBiasValue);
        else region.IL.Emit(OpCodes.Ldloc, region.Base(HostBias));
    }

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

    // At most a page long, so the flags of its two ends are all there are.
    private void EmitFlagsOfBothEnds(RegionEmitter region, AccessAddress lowest, int lengthBytes, Label slow)
    {
        PushFlag(region, lowest, 0);
        PushFlag(region, lowest, lengthBytes - 1);
        region.IL.Emit(OpCodes.Or);
        region.IL.Emit(OpCodes.Brtrue, slow);
    }

    /// <summary>Pushes the flag of the page of an address inside, or of a byte at a distance from it.</summary>
    internal void PushFlag(RegionEmitter region, AccessAddress address, int distance = 0)
    {
        address.Push(region, distance);
        region.IL.Emit(OpCodes.Ldc_I4, RamRegion.PageShift);
        region.IL.Emit(OpCodes.Shr_Un);
        LoadFlag(region, FirstPage);
    }

    // Pops the number of a page, counted so that the first one has a certain number.
    private void LoadFlag(RegionEmitter region, long firstPage)
    {
        var il = region.IL;
        if (!IsNear)
        {
            il.Emit(OpCodes.Ldloc, region.Base(AreFlagsNear ? HostBias : FlagBase));
            il.Emit(OpCodes.Add);
        }
        region.Constant((IsNear ? (long)ram.Flags : AreFlagsNear ? FlagDistance : 0) - firstPage);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Ldind_U1);
    }
}
