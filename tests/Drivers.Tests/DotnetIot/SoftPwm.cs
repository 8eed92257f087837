// SPDX-License-Identifier: Apache-2.0
using System.Device.Pwm;

namespace EdgeHypervisor.Drivers.Tests.DotnetIot;

/// <summary>A PWM channel that remembers.</summary>
internal sealed class SoftPwm : PwmChannel
{
    public override int Frequency { get; set; } = 1;

    public override double DutyCycle { get; set; }

    public bool Runs { get; private set; }

    public override void Start() => Runs = true;

    public override void Stop() => Runs = false;
}
