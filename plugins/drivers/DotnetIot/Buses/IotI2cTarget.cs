// SPDX-License-Identifier: Apache-2.0
using System.Device.I2c;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>
/// A target through <see cref="I2cDevice"/>, which knows three transactions: a write, a read, and a write with a read after
/// a repeated start. Others are <see cref="BusStatus.Unsupported"/>; <c>driver.linux.i2c</c> has them all.
/// </summary>
internal sealed class IotI2cTarget(I2cDevice device, ushort address) : II2cTarget
{
    public ushort Address => address;

    public BusStatus Transfer(ReadOnlySpan<I2cMessage> messages)
    {
        try
        {
            return Perform(messages);
        }
        catch (IOException e)
        {
            return BusFault.StatusOf(e);
        }
    }

    public void Dispose() => device.Dispose();

    private BusStatus Perform(ReadOnlySpan<I2cMessage> messages)
    {
        switch (messages)
        {
            case [{ IsRead: false, Data.IsEmpty: false } write]:
                device.Write(write.Data.Span);
                return BusStatus.Ok;
            case [{ IsRead: true, Data.IsEmpty: false } read]:
                device.Read(read.Data.Span);
                return BusStatus.Ok;
            case [{ IsRead: false, Data.IsEmpty: false } write, { IsRead: true, Data.IsEmpty: false } read]:
                device.WriteRead(write.Data.Span, read.Data.Span);
                return BusStatus.Ok;
            default:
                return BusStatus.Unsupported;
        }
    }
}
