// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Channels of the board's PWM chips. The README beside this folder lists the options.</summary>
public sealed class LinuxPwmPlugin : LinuxPlugin
{
    private protected override string Driver => "linux.pwm";

    internal override IBoardDriver Create(IDriverContext context, IKernel kernel) => new LinuxPwmDriver(context, kernel);

    private protected override void Look(LinuxHost host, ProbeRequest request, Findings findings) => SysfsProbe.LookForPwm(host, findings);
}
