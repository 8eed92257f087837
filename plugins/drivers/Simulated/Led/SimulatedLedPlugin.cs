// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>Lights made of software.</summary>
public sealed class SimulatedLedPlugin : IDriverPlugin
{
    /// <inheritdoc/>
    public IBoardDriver Create(IDriverContext context) => new SimulatedLedDriver(context);
}
