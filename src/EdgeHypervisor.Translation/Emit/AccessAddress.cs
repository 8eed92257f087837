// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Translation;

/// <summary>The address of an access: a local, taken as an unsigned number, plus a displacement in 64 bits.</summary>
/// <param name="Local">The local.</param>
/// <param name="Displacement">The displacement.</param>
/// <param name="IsConstantLikely">Whether the second piece of memory is the likelier one.</param>
internal readonly record struct AccessAddress(LocalBuilder Local, long Displacement, bool IsConstantLikely = false)
{
    /// <summary>Pushes the address, and a constant with it.</summary>
    public void Push(RegionEmitter region, long addend = 0)
    {
        region.IL.Emit(OpCodes.Ldloc, Local);
        if (Local.LocalType != typeof(long)) region.IL.Emit(OpCodes.Conv_U8);
        if (Displacement + addend == 0) return;
        region.Constant(Displacement + addend);
        region.IL.Emit(OpCodes.Add);
    }

    /// <summary>Pushes the address plus a local: the displacement comes last, as processors like to have it.</summary>
    public void PushWith(LocalBuilder added, RegionEmitter region)
    {
        region.IL.Emit(OpCodes.Ldloc, Local);
        if (Local.LocalType != typeof(long)) region.IL.Emit(OpCodes.Conv_U8);
        region.IL.Emit(OpCodes.Ldloc, added);
        region.IL.Emit(OpCodes.Add);
        if (Displacement != 0)
        {
            region.Constant(Displacement);
            region.IL.Emit(OpCodes.Add);
        }
        region.IL.Emit(OpCodes.Conv_I);
    }
}
