// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Targets on the board's I2C buses. The README beside this folder lists the options.</summary>
public sealed class LinuxI2cPlugin : LinuxPlugin
{
    internal override IBoardDriver Create(IDriverContext context, IKernel kernel) => new LinuxI2cDriver(context, kernel);
}
