// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>The width of an access in bytes.</summary>
public enum AccessWidth : byte
{
    /// <summary>8 bits.</summary>
    Byte = 1,

    /// <summary>16 bits.</summary>
    Half = 2,

    /// <summary>32 bits.</summary>
    Word = 4,

    /// <summary>64 bits.</summary>
    Double = 8,
}
