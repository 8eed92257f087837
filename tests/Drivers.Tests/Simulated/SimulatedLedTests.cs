// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Simulated;

namespace EdgeHypervisor.Drivers.Tests.Simulated;

public sealed class SimulatedLedTests : LedContract
{
    protected override (ILed Led, Func<int> See) Open()
    {
        var led = (ILed)new SimulatedLedPlugin().Create(new FakeDriverContext()).Open(Options.Of(("name", "ACT"), ("maximumBrightness", "255")));
        return (led, () => int.Parse(((ISimulated)led).Observe()["brightness"], CultureInfo.InvariantCulture));
    }
}
