// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>What every driver of analogue inputs promises.</summary>
public abstract class AdcContract
{
    /// <summary>An input, opened; how to set its voltage; and the size of its steps in microvolts.</summary>
    protected abstract (IAdcChannel Channel, Action<double> SetVolts, double StepMicrovolts) Open();

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(1.65)]
    [InlineData(3.2)]
    public void The_voltage_is_read_in_microvolts_to_the_nearest_step(double volts)
    {
        var (channel, set, step) = Open();
        using (channel)
        {
            set(volts);

            Assert.Equal(volts * 1e6, channel.ReadMicrovolts(), step);
        }
    }
}
