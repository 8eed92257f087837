// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>What a random program mostly consists of.</summary>
internal enum ProgramFlavour
{
    Mixed,
    Float,
    Memory,
}
