// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Lending.Tests;

/// <summary>Chance at its worst: nothing arrives.</summary>
internal sealed class LosingAll : Random
{
    public override int Next(int maxValue) => 0;
}
