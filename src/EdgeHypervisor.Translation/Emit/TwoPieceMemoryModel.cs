// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Translation;

/// <summary>RAM as in <see cref="FlatMemoryModel"/>; a load that is not there is looked for in another piece of memory, at the cold end.</summary>
internal sealed unsafe class TwoPieceMemoryModel(RamRegion ram, RamRegion constants) : MemoryModel
{
    private const int HostBase = 0;
    private readonly FlatMemoryModel _ram = new(ram);
    private readonly ConditionalWeakTable<RegionEmitter, LocalBuilder> _hosts = [];

    internal override IReadOnlyList<long> Bases => _ram.Bases;

    internal override void EmitLoadAddress(RegionEmitter region, AccessWidth width, Label slow)
    {
        var il = region.IL;
        var host = _hosts.GetValue(region, r => r.IL.DeclareLocal(typeof(long)));
        var found = il.DefineLabel();
        var elsewhere = region.AtColdEnd(() =>
        {
            il.Emit(OpCodes.Ldloc, region.Scratch);
            region.Constant((long)ram.Start - (long)constants.Start);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, region.Scratch);
            il.Emit(OpCodes.Ldloc, region.Scratch);
            region.Constant((long)constants.LengthBytes - ((int)width - 1));
            il.Emit(OpCodes.Bge_Un, slow);
            il.Emit(OpCodes.Ldloc, region.Scratch);
            region.Constant((long)constants.Host);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, host);
            il.Emit(OpCodes.Br, found);
        });
        region.Constant(-(long)ram.Start);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, region.Scratch);
        il.Emit(OpCodes.Ldloc, region.Scratch);
        region.Constant((long)ram.LengthBytes - ((int)width - 1));
        il.Emit(OpCodes.Bge_Un, elsewhere);
        il.Emit(OpCodes.Ldloc, region.Scratch);
        il.Emit(OpCodes.Ldloc, region.Base(HostBase));
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, host);
        il.MarkLabel(found);
        il.Emit(OpCodes.Ldloc, host);
        il.Emit(OpCodes.Conv_I);
    }

    internal override void EmitStoreAddress(RegionEmitter region, AccessWidth width, Label slow) => _ram.EmitStoreAddress(region, width, slow);
}
