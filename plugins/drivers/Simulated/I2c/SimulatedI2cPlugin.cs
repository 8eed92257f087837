// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>I2C targets made of software, on buses that can be slow or stuck.</summary>
public sealed class SimulatedI2cPlugin : IDriverPlugin
{
    /// <inheritdoc/>
    public IBoardDriver Create(IDriverContext context) => new SimulatedI2cDriver(context);
}
