// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>What every driver of serial ports promises.</summary>
public abstract class SerialContract
{
    // Everything that a terminal could take for something else, among it.
    private static readonly byte[] EveryByte = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

    protected abstract ISerialRig NewRig();

    [Fact]
    public void Every_byte_sent_arrives_as_it_is()
    {
        using var rig = NewRig();

        rig.Port.Write(EveryByte);

        var received = new byte[EveryByte.Length];
        rig.OtherEnd.ReadExactly(received);
        Assert.Equal(EveryByte, received);
    }

    [Fact]
    public void Every_byte_received_is_delivered_as_it_is_and_in_order()
    {
        using var rig = NewRig();
        using var received = new BlockingCollection<byte>();
        rig.Port.OnReceive(data =>
        {
            foreach (var value in data) received.Add(value);
        });

        rig.OtherEnd.Write(EveryByte);
        rig.OtherEnd.Flush();

        foreach (var expected in EveryByte)
        {
            Assert.True(received.TryTake(out var value, Patience.Long));
            Assert.Equal(expected, value);
        }
    }
}
