// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>SPI devices made of software.</summary>
public sealed class SimulatedSpiPlugin : IDriverPlugin
{
    /// <inheritdoc/>
    public IBoardDriver Create(IDriverContext context) => new SimulatedSpiDriver(context);
}
