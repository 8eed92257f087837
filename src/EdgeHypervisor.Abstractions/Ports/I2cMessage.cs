// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>One message of an I2C transaction: an address, a direction and the data.</summary>
/// <param name="Address">The 7-bit (or 10-bit, from 0x80) target address, without the direction bit.</param>
/// <param name="IsRead">Whether the target sends.</param>
/// <param name="Data">The bytes to write, or the room for those to read. May be empty.</param>
/// <remarks>NXP UM10204, I2C-bus specification, section 3.1.</remarks>
public readonly record struct I2cMessage(ushort Address, bool IsRead, Memory<byte> Data);
