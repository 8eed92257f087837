// SPDX-License-Identifier: Apache-2.0
using System.Device.Pwm;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>
/// A <see cref="PwmChannel"/>, whose frequency is in whole hertz and which knows no polarity: an inverted output is the
/// complement, and its resting level, high, is a duty cycle of one.
/// </summary>
internal sealed class IotPwmChannel(PwmChannel channel, bool fixedFrequency) : IPwmChannel
{
    private const double NanosecondsPerSecond = 1e9;

    public void Set(PwmSetting setting)
    {
        var active = setting is { Enabled: true, PeriodNs: > 0 } ? Math.Clamp((double)setting.DutyNs / setting.PeriodNs, 0, 1) : 0;
        var duty = setting.Inverted ? 1 - active : active;
        if (setting.PeriodNs > 0 && !fixedFrequency) SetFrequency(setting.PeriodNs);
        channel.DutyCycle = duty;
        if (duty > 0)
            channel.Start();
        else
            channel.Stop();
    }

    public void Dispose()
    {
        channel.Stop();
        channel.Dispose();
    }

    private void SetFrequency(long periodNs)
    {
        var frequencyHz = (int)Math.Clamp(Math.Round(NanosecondsPerSecond / periodNs), 1, int.MaxValue);
        if (channel.Frequency != frequencyHz) channel.Frequency = frequencyHz;
    }
}
