// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>An I2C target. Options: <c>bus</c> (1), <c>address</c>.</summary>
public sealed class IotI2cPlugin : IotPlugin
{
    private protected override PeripheralKind Kind => PeripheralKind.I2c;

    private protected override IIotPart Read(ComponentOptions options) => new Part(I2cPlace.Read(options));

    private sealed record Part(I2cPlace Place) : IIotPart
    {
        public string Contention => Place.Contention;

        public IPeripheral Open(IDriverContext context, IIotHardware hardware) =>
            new IotI2cTarget(hardware.OpenI2c(Place.Bus, Place.Address), (ushort)Place.Address);
    }
}
