// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>The board's own lights. The README beside this folder lists the options.</summary>
public sealed class LinuxLedPlugin : LinuxPlugin
{
    private protected override string Driver => "linux.led";

    internal override IBoardDriver Create(IDriverContext context, IKernel kernel) => new LinuxLedDriver(context, kernel);

    private protected override void Look(LinuxHost host, ProbeRequest request, Findings findings) => SysfsProbe.LookForLights(host, findings);
}
