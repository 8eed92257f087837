// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Cmsdk;

/// <summary>The identification registers at the end of every Arm peripheral's window.</summary>
/// <remarks>Arm DDI 0479, Cortex-M System Design Kit Technical Reference Manual: PID4 to PID7, PID0 to PID3, CID0 to CID3.</remarks>
internal static class Identity
{
    /// <summary>A peripheral of the design kit by its part number.</summary>
    public static void AddIdentity(this RegisterMap map, byte part) =>
        map.Constants(0xFD0, 4, 0, 0, 0, part, 0xB8, 0x1B, 0, 0x0D, 0xF0, 0x05, 0xB1);

    /// <summary>A PrimeCell, which has no fourth.</summary>
    public static void AddPrimeCell(this RegisterMap map, byte part, byte high, byte revision) =>
        map.Constants(0xFE0, part, high, revision, 0, 0x0D, 0xF0, 0x05, 0xB1);
}
