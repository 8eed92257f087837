// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Where code lies, as well as it is known: a function, what lies between two, or a page.</summary>
/// <param name="Name">Its name, or what it is.</param>
/// <param name="Address">Where it begins.</param>
public readonly record struct CodePlace(string Name, ulong Address);
