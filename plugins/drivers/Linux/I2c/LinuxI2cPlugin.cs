// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Targets on the board's I2C buses. The README beside this folder lists the options.</summary>
public sealed class LinuxI2cPlugin : LinuxPlugin
{
    private protected override string Driver => "linux.i2c";

    internal override IBoardDriver Create(IDriverContext context, IKernel kernel) => new LinuxI2cDriver(context, kernel);

    private protected override void Look(LinuxHost host, ProbeRequest request, Findings findings) => I2cProbe.Look(host, request.AsksBuses, findings);
}
