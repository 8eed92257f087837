// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Translation;

/// <summary>
/// Two pieces of memory that lie on the host as far from one another as they do for the guest: one distance leads from a
/// guest address to its byte in either, so that a load has to know only that it is in one of them. The likelier one is
/// asked first, the other at the cold end.
/// </summary>
/// <remarks>A span of at most a page with both ends inside is inside of one, or of both without a gap: gaps are whole pages.</remarks>
internal sealed unsafe class CommonBiasMemoryModel(RamRegion ram, RamRegion constants) : MemoryModel
{
    private readonly FlatMemoryModel _ram = new(ram);
    private readonly FlatMemoryModel _constants = new(constants);

    internal override bool ChecksTogether => true;

    internal override bool StoresWhereItLoads => false;

    internal override long[] Bases => _ram.Bases;

    /// <summary>Whether two pieces lie like this.</summary>
    public static bool IsCommon(RamRegion ram, RamRegion constants) => (long)ram.Host - (long)ram.Start == (long)constants.Host - (long)constants.Start;

    internal override void EmitLoadAddress(RegionEmitter region, AccessAddress address, AccessWidth width, Label slow)
    {
        EmitRangeCheck(region, address, (int)width, slow);
        EmitGroupedAddress(region, address);
    }

    internal override void EmitStoreAddress(RegionEmitter region, AccessAddress address, AccessWidth width, Label slow) =>
        _ram.EmitStoreAddress(region, address, width, slow);

    internal override void EmitRangeCheck(RegionEmitter region, AccessAddress lowest, int lengthBytes, Label slow)
    {
        var (likely, other) = lowest.IsConstantLikely ? (_constants, _ram) : (_ram, _constants);
        var inside = region.IL.DefineLabel();
        likely.EmitRangeCheck(region, lowest, lengthBytes, region.AtColdEnd(() =>
        {
            other.EmitRangeCheck(region, lowest, lengthBytes, slow);
            region.IL.Emit(OpCodes.Br, inside);
        }));
        region.IL.MarkLabel(inside);
    }

    internal override void EmitStoreCheck(RegionEmitter region, AccessAddress lowest, int lengthBytes, Label slow)
    {
        _ram.EmitRangeCheck(region, lowest, lengthBytes, slow);
        _ram.EmitStoreCheck(region, lowest, lengthBytes, slow);
    }

    internal override void EmitGroupedAddress(RegionEmitter region, AccessAddress address) => _ram.EmitGroupedAddress(region, address);
}
