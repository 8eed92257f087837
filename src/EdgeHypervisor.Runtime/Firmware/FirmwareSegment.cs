// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Bytes to be loaded into guest memory.</summary>
/// <param name="Address">Guest address of the first byte.</param>
/// <param name="Bytes">The bytes.</param>
public sealed record FirmwareSegment(ulong Address, ReadOnlyMemory<byte> Bytes);
