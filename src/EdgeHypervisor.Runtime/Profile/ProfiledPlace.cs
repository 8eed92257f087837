// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>How often a guest was at a place.</summary>
/// <param name="Place">The function, or what is known instead.</param>
/// <param name="Samples">How often.</param>
public readonly record struct ProfiledPlace(CodePlace Place, long Samples);
