// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>A register becomes another, or itself, plus a constant.</summary>
/// <param name="Target">The register that is set.</param>
/// <param name="Source">The register that is read.</param>
/// <param name="Addend">What is added.</param>
public readonly record struct RegisterSum(int Target, int Source, int Addend);
