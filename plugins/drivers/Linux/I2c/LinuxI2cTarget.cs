// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>A target on an I2C bus; where the adapter can do SMBus only, those transactions that are SMBus calls.</summary>
internal sealed class LinuxI2cTarget(I2cBus bus, LinuxI2cSettings settings) : II2cTarget
{
    private bool _isClosed;

    public ushort Address => settings.Address;

    public BusStatus Transfer(ReadOnlySpan<I2cMessage> messages)
    {
        if (messages.IsEmpty) return BusStatus.Ok;
        return (bus.Functions & I2cUapi.Functions.PlainI2c) != 0
            ? bus.Transfer(settings, messages)
            : SmbusTransaction.Perform(bus, settings, messages);
    }

    public void Dispose()
    {
        if (_isClosed) return;
        _isClosed = true;
        bus.Return(settings);
    }
}
