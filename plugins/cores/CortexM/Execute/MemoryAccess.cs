// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>How wide a memory instruction's access is and what becomes of the value; for the slow path.</summary>
/// <param name="SizeBytes">1, 2 or 4.</param>
/// <param name="IsSigned">A loaded value is sign-extended.</param>
internal readonly record struct MemoryAccess(int SizeBytes, bool IsSigned)
{
    /// <summary>Of a plain load or store.</summary>
    public static MemoryAccess Of(Op op) => op switch
    {
        Op.Ldr or Op.Str or Op.LdrRegister or Op.StrRegister => new(4, false),
        Op.Ldrh or Op.Strh or Op.LdrhRegister or Op.StrhRegister => new(2, false),
        Op.Ldrsh or Op.LdrshRegister => new(2, true),
        Op.Ldrsb or Op.LdrsbRegister => new(1, true),
        _ => new(1, false),
    };

    /// <summary>The register's value for a loaded one.</summary>
    public uint Extend(uint value) => (SizeBytes, IsSigned) switch
    {
        (1, true) => (uint)(sbyte)value,
        (2, true) => (uint)(short)value,
        _ => value,
    };
}
