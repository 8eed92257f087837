// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>What a PWM output does.</summary>
/// <param name="PeriodNs">Period in nanoseconds.</param>
/// <param name="DutyNs">Active time of each period in nanoseconds, at most <paramref name="PeriodNs"/>.</param>
/// <param name="Enabled">Whether it runs; when not, the output is inactive.</param>
/// <param name="Inverted">Active is low.</param>
public readonly record struct PwmSetting(long PeriodNs, long DutyNs, bool Enabled, bool Inverted = false)
{
    /// <summary>The output at rest.</summary>
    public static PwmSetting Off => default;
}
