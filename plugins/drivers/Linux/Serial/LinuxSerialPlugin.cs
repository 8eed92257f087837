// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>The board's serial ports. The README beside this folder lists the options.</summary>
public sealed class LinuxSerialPlugin : LinuxPlugin
{
    internal override IBoardDriver Create(IDriverContext context, IKernel kernel) => new LinuxSerialDriver(context, kernel);
}
