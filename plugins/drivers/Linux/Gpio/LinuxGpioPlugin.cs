// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Lines of the board's GPIO chips. The README beside this folder lists the options.</summary>
public sealed class LinuxGpioPlugin : LinuxPlugin
{
    internal override IBoardDriver Create(IDriverContext context, IKernel kernel) => new LinuxGpioDriver(context, kernel);
}
