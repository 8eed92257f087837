// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>Analogue inputs made of software.</summary>
public sealed class SimulatedAdcPlugin : IDriverPlugin
{
    /// <inheritdoc/>
    public IBoardDriver Create(IDriverContext context) => new SimulatedAdcDriver(context);
}
