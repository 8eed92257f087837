// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A register as a debugger and <c>ehv vm inspect</c> see it.</summary>
/// <param name="Name">The name in the architecture's manual: <c>a0</c>, <c>mstatus</c>, <c>xpsr</c>.</param>
/// <param name="Bits">Width in bits, at most 64.</param>
/// <param name="Group">GDB's group: <c>general</c>, <c>float</c>, <c>csr</c>.</param>
public readonly record struct RegisterInfo(string Name, int Bits, string Group);
