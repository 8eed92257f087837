// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>What the kernel measures on the board itself (hwmon), read only. The README beside this folder lists the options.</summary>
public sealed class LinuxHwmonPlugin : LinuxPlugin
{
    private protected override string Driver => "linux.hwmon";

    internal override IBoardDriver Create(IDriverContext context, IKernel kernel) => new LinuxHwmonDriver(context, kernel);

    private protected override void Look(LinuxHost host, ProbeRequest request, Findings findings) => SysfsProbe.LookForSensors(host, findings);
}
