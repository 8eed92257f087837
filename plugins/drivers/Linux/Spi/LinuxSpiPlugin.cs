// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Devices on the board's SPI buses. The README beside this folder lists the options.</summary>
public sealed class LinuxSpiPlugin : LinuxPlugin
{
    internal override IBoardDriver Create(IDriverContext context, IKernel kernel) => new LinuxSpiDriver(context, kernel);
}
