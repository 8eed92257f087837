// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Translation;

/// <summary>How code that was written comes to be what is executed, where the processor does not see to that itself. C has no function for it that could be called.</summary>
internal static class InstructionCache
{
    /// <summary>The function <c>void (nint first, nint end)</c>, as machine code; empty where none is needed.</summary>
    public static ReadOnlySpan<uint> Synchronise => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? Arm64 : [];

    /// <summary>
    /// Arm Architecture Reference Manual for A-profile (DDI 0487), B2.4.4. By the addresses that are executed: data caches know memory by its physical address (D7.5),
    /// so that what was written elsewhere is cleaned as well.
    /// </summary>
    private static ReadOnlySpan<uint> Arm64 =>
    [
        0xD53B0023, // MRS  X3, CTR_EL0
        0x52800084, // MOV  W4, #4
        0x53104C65, // UBFX W5, W3, #16, #4
        0x12000C63, // AND  W3, W3, #15
        0x1AC52085, // LSL  W5, W4, W5: the line of the data cache
        0x1AC32084, // LSL  W4, W4, W3: that of the instruction cache
        0xD10004A3, // SUB  X3, X5, #1
        0x8A230003, // BIC  X3, X0, X3
        0xD50B7B23, // DC   CVAU, X3
        0x8B050063, // ADD  X3, X3, X5
        0xEB01007F, // CMP  X3, X1
        0x54FFFFA3, // B.LO to the DC
        0xD5033B9F, // DSB  ISH
        0xD1000483, // SUB  X3, X4, #1
        0x8A230003, // BIC  X3, X0, X3
        0xD50B7523, // IC   IVAU, X3
        0x8B040063, // ADD  X3, X3, X4
        0xEB01007F, // CMP  X3, X1
        0x54FFFFA3, // B.LO to the IC
        0xD5033B9F, // DSB  ISH
        0xD5033FDF, // ISB
        0xD65F03C0, // RET
    ];
}
