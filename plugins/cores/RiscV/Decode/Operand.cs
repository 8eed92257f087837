// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>What a field of an encoding holds.</summary>
internal enum Operand : byte
{
    Rd,
    Rs1,
    Rs2,
    Rs3,
    RoundingMode,
    Immediate,
    None,
}
