// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>How often a guest was at a place.</summary>
/// <param name="Name">The function; without a symbol, between which it lies, or that it is a page.</param>
/// <param name="Address">Where it begins.</param>
/// <param name="Samples">How often it was there.</param>
public sealed record ProfilePlace(string Name, string Address, long Samples);
