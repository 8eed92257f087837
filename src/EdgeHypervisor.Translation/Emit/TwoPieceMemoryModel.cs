// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Translation;

/// <summary>RAM as in <see cref="FlatMemoryModel"/>; a load that is not there is looked for in another piece of memory, at the cold end.</summary>
internal sealed unsafe class TwoPieceMemoryModel(RamRegion ram, RamRegion constants) : MemoryModel
{
    private readonly FlatMemoryModel _ram = new(ram);

    internal override long[] Bases => _ram.Bases;

    internal override void EmitLoadAddress(RegionEmitter region, AccessAddress address, AccessWidth width, Label slow)
    {
        var il = region.IL;
        var bias = region.NewScratch();
        var found = il.DefineLabel();
        EmitRangeCheck(region, ram, address, width, region.AtColdEnd(() =>
        {
            EmitRangeCheck(region, constants, address, width, slow);
            region.Constant((long)constants.Host - (long)constants.Start);
            il.Emit(OpCodes.Stloc, bias);
            il.Emit(OpCodes.Br, found);
        }));
        _ram.PushHostBias(region);
        il.Emit(OpCodes.Stloc, bias);
        il.MarkLabel(found);
        address.PushWith(bias, region);
    }

    internal override void EmitStoreAddress(RegionEmitter region, AccessAddress address, AccessWidth width, Label slow) =>
        _ram.EmitStoreAddress(region, address, width, slow);

    private static void EmitRangeCheck(RegionEmitter region, RamRegion piece, AccessAddress address, AccessWidth width, Label outside)
    {
        address.Push(region, -(long)piece.Start);
        region.Constant((long)piece.LengthBytes - ((int)width - 1));
        region.IL.Emit(OpCodes.Bge_Un, outside);
    }
}
