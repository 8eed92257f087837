// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>How a handler table is indexed: an <see cref="Op"/> and two bits that make variants of it.</summary>
internal static class HandlerIndex
{
    /// <summary>The instruction takes 2 bytes, so the next one is the next entry.</summary>
    public const int Compressed = 1;

    /// <summary>The target of the branch or jump lies in the same page: no lookup is needed.</summary>
    public const int Near = 2;

    /// <summary>Of an indirect jump: its targets are written down for the translator.</summary>
    public const int Observed = Near;

    /// <summary>Of a load or store of an integer register: it has reached a device, which translated code then asks without leaving.</summary>
    public const int Device = Near;

    /// <summary>Where the <see cref="Op"/> begins.</summary>
    public const int OpShift = 2;

    /// <summary>The index of an instruction's handler.</summary>
    public static ushort Of(Op op, int variant) => (ushort)(((int)op << OpShift) | variant);
}
