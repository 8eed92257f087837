// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Lines of the board's GPIO chips. The README beside this folder lists the options.</summary>
public sealed class LinuxGpioPlugin : LinuxPlugin
{
    private protected override string Driver => "linux.gpio";

    internal override IBoardDriver Create(IDriverContext context, IKernel kernel) => new LinuxGpioDriver(context, kernel);

    private protected override void Look(LinuxHost host, ProbeRequest request, Findings findings) => GpioProbe.Look(host, findings);
}
