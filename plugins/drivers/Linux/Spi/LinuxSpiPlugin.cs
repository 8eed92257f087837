// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Devices on the board's SPI buses. The README beside this folder lists the options.</summary>
public sealed class LinuxSpiPlugin : LinuxPlugin
{
    private protected override string Driver => "linux.spi";

    internal override IBoardDriver Create(IDriverContext context, IKernel kernel) => new LinuxSpiDriver(context, kernel);

    private protected override void Look(LinuxHost host, ProbeRequest request, Findings findings) => SysfsProbe.LookForSpi(host, findings);
}
