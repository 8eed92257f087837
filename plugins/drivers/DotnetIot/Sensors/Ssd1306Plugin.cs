// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using Iot.Device.Graphics;
using Iot.Device.Ssd13xx;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>
/// An SSD1306 display of 128 by 32 pixels as a serial port: each byte is a column of eight pixels, the lowest bit on top, in the
/// order of the display's own memory; after the last one it begins again at the top left. Options: <c>bus</c> (1), <c>address</c> (0x3c).
/// </summary>
public sealed class Ssd1306Plugin : IotPlugin
{
    private const int DefaultAddress = 0x3C;

    private protected override PeripheralKind Kind => PeripheralKind.Serial;

    private protected override IIotPart Read(ComponentOptions options) => new Part(I2cPlace.Read(options, DefaultAddress));

    private sealed record Part(I2cPlace Place) : IIotPart
    {
        public string Contention => Place.Contention;

        public IPeripheral Open(IDriverContext context, IIotHardware hardware)
        {
            BitmapImage.RegisterImageFactory(new BlankImages());
            return new Ssd1306Display(new Ssd1306(hardware.OpenI2c(Place.Bus, Place.Address), Ssd1306Display.Columns, Ssd1306Display.Rows));
        }
    }
}
