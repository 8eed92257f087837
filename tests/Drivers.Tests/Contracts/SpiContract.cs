// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>What every driver of SPI devices promises, on a bus whose data out is wired to data in.</summary>
public abstract class SpiContract
{
    protected abstract ISpiDevice OpenLoopback();

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(4096)]
    public void What_is_sent_comes_back_at_the_same_time(int length)
    {
        using var device = OpenLoopback();
        var data = Enumerable.Range(0, length).Select(i => (byte)(i * 7)).ToArray();
        var sent = data.ToArray();

        Assert.Equal(BusStatus.Ok, device.Transfer(data, new SpiSettings(ClockHz: 1_000_000), keepSelected: false));

        Assert.Equal(sent, data);
    }

    [Fact]
    public void A_transaction_can_go_on_and_be_ended()
    {
        using var device = OpenLoopback();

        Assert.Equal(BusStatus.Ok, device.Transfer(new byte[] { 1 }, new SpiSettings(), keepSelected: true));
        Assert.Equal(BusStatus.Ok, device.Transfer(new byte[] { 2 }, new SpiSettings(), keepSelected: true));
        device.Deselect();
        device.Deselect(); // once more does no harm
    }
}
