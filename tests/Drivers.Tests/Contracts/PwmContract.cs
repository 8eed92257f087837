// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>What every driver of PWM channels promises.</summary>
public abstract class PwmContract
{
    /// <summary>A channel, opened, and how to measure it outside.</summary>
    protected abstract (IPwmChannel Channel, Func<PwmSetting> Measure) Open();

    [Fact]
    public void What_was_set_is_measured()
    {
        var (channel, measure) = Open();
        using (channel)
        {
            // Rising, falling, off, on: whatever order period and duty have to be written in, each setting holds.
            foreach (var setting in (PwmSetting[])[new(20_000, 5_000, true), new(1_000_000, 900_000, true), new(2_000, 100, true), new(2_000, 100, false), new(2_000, 2_000, true), new(2_000, 0, true)])
            {
                channel.Set(setting);
                Assert.Equal(setting, measure());
            }
        }
    }

    [Theory]
    [InlineData(1000, 1001)]
    [InlineData(1000, -1)]
    [InlineData(0, 0)]
    public void A_setting_that_cannot_be_is_refused_and_changes_nothing(long periodNs, long dutyNs)
    {
        var (channel, measure) = Open();
        using (channel)
        {
            channel.Set(new PwmSetting(20_000, 5_000, true));

            Assert.Throws<PeripheralException>(() => channel.Set(new PwmSetting(periodNs, dutyNs, true)));
            Assert.Equal(new PwmSetting(20_000, 5_000, true), measure());
        }
    }
}
