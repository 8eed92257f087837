// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.CortexM.Build;
using static EdgeHypervisor.Cores.CortexM.InstructionTraits;

namespace EdgeHypervisor.Cores.CortexM;

/// <content>Floating-point instructions. Arm A6.</content>
internal static partial class EncodingTable
{
    private static IEnumerable<Encoding> Float() => [];
}
