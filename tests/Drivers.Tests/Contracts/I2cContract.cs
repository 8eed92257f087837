// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>What every driver of I2C targets promises.</summary>
public abstract class I2cContract
{
    protected abstract II2cRig NewRig();

    [Fact]
    public void What_was_written_is_read_back_in_a_combined_transaction()
    {
        using var rig = NewRig();
        Assert.Equal(BusStatus.Ok, rig.Target.Transfer([new I2cMessage(0, false, new byte[] { 0x10, 0xDE, 0xAD })]));
        rig.Settle();

        var read = new byte[2];
        Assert.Equal(BusStatus.Ok, rig.Target.Transfer([new I2cMessage(0, false, new byte[] { 0x10 }), new I2cMessage(0, true, read)]));

        Assert.Equal([0xDE, 0xAD], read);
    }

    [Fact]
    public void Reading_goes_on_where_the_last_transaction_ended()
    {
        using var rig = NewRig();
        rig.Target.Transfer([new I2cMessage(0, false, new byte[] { 0x20, 1, 2, 3 })]);
        rig.Settle();
        rig.Target.Transfer([new I2cMessage(0, false, new byte[] { 0x20 })]);

        var (first, rest) = (new byte[1], new byte[2]);
        rig.Target.Transfer([new I2cMessage(0, true, first)]);
        rig.Target.Transfer([new I2cMessage(0, true, rest)]);

        Assert.Equal([1, 2, 3], first.Concat(rest));
    }

    [Fact]
    public void Nobody_acknowledges_at_an_empty_address()
    {
        using var rig = NewRig();

        Assert.Equal(BusStatus.NoAcknowledge, rig.Absent.Transfer([new I2cMessage(0, true, new byte[1])]));
    }

    [Fact]
    public void The_address_in_a_message_is_the_guests_and_does_not_matter()
    {
        using var rig = NewRig();

        Assert.Equal(BusStatus.Ok, rig.Target.Transfer([new I2cMessage(0x7F, false, new byte[] { 0 })]));
    }
}
