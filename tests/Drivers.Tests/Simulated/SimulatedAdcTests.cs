// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Simulated;

namespace EdgeHypervisor.Drivers.Tests.Simulated;

public sealed class SimulatedAdcTests : AdcContract
{
    protected override (IAdcChannel Channel, Action<double> SetVolts, double StepMicrovolts) Open()
    {
        var channel = (IAdcChannel)new SimulatedAdcPlugin().Create(new FakeDriverContext()).Open(Options.Of(("channel", "0"), ("bits", "10")));
        return (channel, volts => ((ISimulated)channel).Change("volts", volts.ToString(CultureInfo.InvariantCulture)), 3.3e6 / 1023);
    }

    [Theory]
    [InlineData("-1", 0)]
    [InlineData("12", 3_300_000)]
    public void Beyond_its_range_a_converter_reads_its_end(string volts, long expected)
    {
        var (channel, _, _) = Open();
        ((ISimulated)channel).Change("volts", volts);

        Assert.Equal(expected, channel.ReadMicrovolts());
    }
}
