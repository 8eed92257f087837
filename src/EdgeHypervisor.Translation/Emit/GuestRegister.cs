// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>A guest register that lives in an IL local while a region runs.</summary>
/// <param name="Offset">Its offset in the core's state, in bytes.</param>
/// <param name="Kind">Its type.</param>
public sealed record GuestRegister(int Offset, RegisterKind Kind);

/// <summary>The IL type of a guest register.</summary>
public enum RegisterKind : byte
{
    /// <summary>32 bits, <c>int32</c> in IL.</summary>
    Int32,

    /// <summary>32 bits, <c>int32</c> in IL, kept sign-extended in 64 bits of the state.</summary>
    Int32In64,

    /// <summary>64 bits, <c>int64</c> in IL.</summary>
    Int64,

    /// <summary>64 bits, <c>float64</c> in IL: moves keep every bit, those of NaNs too.</summary>
    Float64,
}
