// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Analogue inputs of the board's converters (the kernel's IIO). The README beside this folder lists the options.</summary>
public sealed class LinuxAdcPlugin : LinuxPlugin
{
    private protected override string Driver => "linux.adc";

    internal override IBoardDriver Create(IDriverContext context, IKernel kernel) => new LinuxAdcDriver(context, kernel);

    private protected override void Look(LinuxHost host, ProbeRequest request, Findings findings) => SysfsProbe.LookForConverters(host, findings);
}
