// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Channels of the board's PWM chips. The README beside this folder lists the options.</summary>
public sealed class LinuxPwmPlugin : LinuxPlugin
{
    internal override IBoardDriver Create(IDriverContext context, IKernel kernel) => new LinuxPwmDriver(context, kernel);
}
