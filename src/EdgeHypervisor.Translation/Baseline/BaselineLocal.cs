// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Translation;

/// <summary>A local of the baseline compiler: in memory, and for as long as nothing else needs it in a register as well.</summary>
/// <param name="index">Its number.</param>
/// <param name="type">Its type.</param>
internal sealed class BaselineLocal(int index, Type type) : LocalBuilder
{
    /// <summary>In no register.</summary>
    public const int None = -1;

    /// <inheritdoc/>
    public override bool IsPinned => false;

    /// <inheritdoc/>
    public override int LocalIndex => index;

    /// <inheritdoc/>
    public override Type LocalType => type;

    /// <summary>What it holds.</summary>
    public StackType Type { get; } = BaselineGenerator.TypeOf(type);

    /// <summary>Its place.</summary>
    public Home Home { get; init; }

    /// <summary>How much of its place it takes. A 32-bit value in 8 bytes is stored sign-extended.</summary>
    public int HomeBytes { get; init; } = 8;

    /// <summary>Whether it is the sign-extended 32 bits that all of its place holds.</summary>
    public bool IsSignExtended => Type == StackType.Int32 && HomeBytes == sizeof(long);

    /// <summary>Lives within one access of the guest, in a register alone.</summary>
    public bool IsScratch { get; init; }

    /// <summary>In its register from the region's entries on, beside its place.</summary>
    public bool IsResident { get; init; }

    /// <summary>Always the same value; null where it is not.</summary>
    public long? Constant { get; init; }

    /// <summary>The register it is in, too.</summary>
    public int Register { get; set; } = None;

    /// <summary>The register that it has for good, where it lives within one access.</summary>
    public int Own { get; set; } = None;
}

/// <summary>What IL keeps on its stack.</summary>
internal enum StackType
{
    /// <summary>32 bits.</summary>
    Int32,

    /// <summary>64 bits, addresses included.</summary>
    Int64,

    /// <summary>A floating-point number, which only goes from place to place here, by its bits.</summary>
    Float64,
}
