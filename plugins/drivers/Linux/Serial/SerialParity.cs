// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Linux;

/// <summary>The parity bit of a serial line.</summary>
internal enum SerialParity
{
    None,
    Even,
    Odd,
    Mark,
    Space,
}
