// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Simulated;

namespace EdgeHypervisor.Drivers.Tests.Simulated;

public sealed class SimulatedPwmTests : PwmContract
{
    protected override (IPwmChannel Channel, Func<PwmSetting> Measure) Open()
    {
        var channel = (IPwmChannel)new SimulatedPwmPlugin().Create(new FakeDriverContext()).Open(Options.Of(("channel", "0")));
        return (channel, () =>
        {
            var seen = ((ISimulated)channel).Observe();
            return new PwmSetting(
                long.Parse(seen["periodNs"], CultureInfo.InvariantCulture), long.Parse(seen["dutyNs"], CultureInfo.InvariantCulture), seen["enabled"] == "true");
        }
        );
    }
}
