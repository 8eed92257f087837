// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Simulated;

namespace EdgeHypervisor.Drivers.Tests.Simulated;

public sealed class SimulatedSpiTests : SpiContract
{
    protected override ISpiDevice OpenLoopback() => (ISpiDevice)new SimulatedSpiPlugin().Create(new FakeDriverContext()).Open(Options.Of());

    [Fact]
    public void A_transaction_that_goes_on_is_one_transaction()
    {
        using var device = OpenLoopback();
        device.Transfer(new byte[2], new SpiSettings(ClockPolarity: true, ClockHz: 500_000), keepSelected: true);
        device.Transfer(new byte[3], new SpiSettings(ClockPolarity: true, ClockHz: 500_000), keepSelected: false);

        var seen = ((ISimulated)device).Observe();

        Assert.Equal(("1", "5", "false", "2", "500000"), (seen["transactions"], seen["bytes"], seen["selected"], seen["mode"], seen["clockHz"]));
    }
}
