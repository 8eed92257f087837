// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A change of a digital line.</summary>
/// <param name="Level">The level after the change.</param>
/// <param name="TimestampNs">
/// When it happened. At a <see cref="IGpioLine"/>: the host's monotonic clock (the kernel's time of the edge where
/// there is one). At an <see cref="IGpioPort"/>: guest time.
/// </param>
public readonly record struct GpioEdge(bool Level, long TimestampNs);
