// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>A PWM channel of the board. Options: <c>chip</c> (0), <c>channel</c>.</summary>
public sealed class IotPwmPlugin : IotPlugin
{
    private const int Maximum = 255;

    private protected override PeripheralKind Kind => PeripheralKind.Pwm;

    private protected override IIotPart Read(ComponentOptions options) =>
        new Part((int)options.GetInteger("chip", 0, 0, Maximum), (int)options.GetInteger("channel", null, 0, Maximum));

    private sealed record Part(int Chip, int Channel) : IIotPart
    {
        public string? Contention => null;

        public IPeripheral Open(IDriverContext context, IIotHardware hardware) =>
            new IotPwmChannel(hardware.OpenPwm(Chip, Channel), fixedFrequency: false);
    }
}
