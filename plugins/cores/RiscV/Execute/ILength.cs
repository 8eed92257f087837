// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>The length of an instruction, known to its handler when it is compiled.</summary>
internal interface ILength
{
    /// <summary>Entries to the next instruction.</summary>
    static abstract int Step { get; }
}

/// <summary>A compressed instruction, 2 bytes.</summary>
internal readonly struct Short : ILength
{
    public static int Step => 1;
}

/// <summary>A standard instruction, 4 bytes.</summary>
internal readonly struct Long : ILength
{
    public static int Step => 2;
}
