// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>A promise about the folder of the official vectors; skipped with its reason where there is none.</summary>
internal sealed class OfficialVectorsFactAttribute : FactAttribute
{
    public OfficialVectorsFactAttribute() => Skip = new OfficialVectorsAttribute().Skip;
}
