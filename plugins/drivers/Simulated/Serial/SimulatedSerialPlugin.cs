// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>Serial ports whose other end is a program: a pseudo-terminal, a TCP connection, a loop, or nobody.</summary>
public sealed class SimulatedSerialPlugin : IDriverPlugin
{
    /// <inheritdoc/>
    public IBoardDriver Create(IDriverContext context) => new SimulatedSerialDriver(context);
}
