// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Boards;

/// <summary>A light seen as a PWM output: the duty is its brightness.</summary>
internal sealed class LedPwm(ILed led) : IPwmChannel
{
    public void Set(PwmSetting setting)
    {
        var active = !setting.Enabled || setting.PeriodNs == 0 ? 0.0 : (double)setting.DutyNs / setting.PeriodNs;
        if (setting is { Enabled: true, Inverted: true }) active = 1 - active;
        led.SetBrightness((int)Math.Round(active * led.MaximumBrightness));
    }

    public void Dispose() => led.Dispose();
}
