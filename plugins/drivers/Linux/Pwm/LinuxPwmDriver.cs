// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Opens PWM channels.</summary>
internal sealed class LinuxPwmDriver(IDriverContext context, IKernel kernel) : LinuxDriver<LinuxPwmSettings>(context, kernel)
{
    public override PeripheralKind Kind => PeripheralKind.Pwm;

    protected override LinuxPwmSettings Read(ComponentOptions options) =>
        new(options.Owner, options.GetString("chip", "0"), (int)options.GetInteger("channel", null, 0, 255));

    protected override string? ContentionKey(LinuxPwmSettings settings) => null;

    protected override string? Look(LinuxPwmSettings settings, LinuxHost host)
    {
        SysfsClass.Pwm.Find(host, settings.Owner, settings.Chip);
        return null;
    }

    protected override IPeripheral Open(LinuxPwmSettings settings, LinuxHost host) =>
        new LinuxPwmChannel(settings, host, SysfsClass.Pwm.Find(host, settings.Owner, settings.Chip));
}
