// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>The board's serial ports. The README beside this folder lists the options.</summary>
public sealed class LinuxSerialPlugin : LinuxPlugin
{
    private protected override string Driver => "linux.serial";

    internal override IBoardDriver Create(IDriverContext context, IKernel kernel) => new LinuxSerialDriver(context, kernel);

    private protected override void Look(LinuxHost host, ProbeRequest request, Findings findings) => SerialProbe.Look(host, findings);
}
