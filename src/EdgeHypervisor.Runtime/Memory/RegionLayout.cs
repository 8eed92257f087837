// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Where a piece of guest memory lies.</summary>
/// <param name="Name">Its name in the machine: <c>ram</c>, <c>flash</c>.</param>
/// <param name="Start">Guest address of the first byte, a multiple of 4096.</param>
/// <param name="LengthBytes">Length, a multiple of 4096.</param>
/// <param name="ReadOnly">Whether the guest cannot write it.</param>
public sealed record RegionLayout(string Name, ulong Start, ulong LengthBytes, bool ReadOnly = false);
