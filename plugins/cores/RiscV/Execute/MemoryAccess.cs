// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>How wide a memory instruction's access is and what becomes of the value; for the slow path.</summary>
/// <param name="SizeBytes">1, 2, 4 or 8.</param>
/// <param name="IsSigned">A loaded value is sign-extended.</param>
/// <param name="IsFloat">The register is a floating-point register.</param>
internal readonly record struct MemoryAccess(int SizeBytes, bool IsSigned, bool IsFloat)
{
    /// <summary>The access of an instruction that has one.</summary>
    public static MemoryAccess Of(Op op) => op switch
    {
        Op.Lb => new(1, true, false),
        Op.Lbu or Op.Sb => new(1, false, false),
        Op.Lh => new(2, true, false),
        Op.Lhu or Op.Sh => new(2, false, false),
        Op.Lwu => new(4, false, false),
        Op.Lw or Op.Sw or (>= Op.LrW and <= Op.AmomaxuW) => new(4, true, false),
        Op.Ld or Op.Sd or (>= Op.LrD and <= Op.AmomaxuD) => new(8, true, false),
        Op.Flw or Op.Fsw => new(4, false, true),
        Op.Fld or Op.Fsd => new(8, false, true),
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, "not a memory access"),
    };

    /// <summary>The register's value for the low bits of a value: sign- or zero-extended, a single boxed.</summary>
    public ulong Extend(ulong value) => SizeBytes switch
    {
        1 => IsSigned ? (ulong)(sbyte)value : (byte)value,
        2 => IsSigned ? (ulong)(short)value : (ushort)value,
        4 when IsFloat => 0xFFFF_FFFF_0000_0000 | (uint)value,
        4 => IsSigned ? (ulong)(int)value : (uint)value,
        _ => value,
    };
}
