// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A function or object of the firmware.</summary>
/// <param name="Name">Its name as linked.</param>
/// <param name="Address">Guest address.</param>
/// <param name="LengthBytes">Its length, or 0 where the file does not say.</param>
/// <param name="IsCode">Whether it is a function, or a label in code.</param>
public readonly record struct FirmwareSymbol(string Name, ulong Address, ulong LengthBytes, bool IsCode);
