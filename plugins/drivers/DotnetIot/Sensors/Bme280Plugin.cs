// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using Iot.Device.Bmxx80;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>
/// One quantity of a BME280 as an analogue sensor: a guest that reads a voltage gets temperature, pressure or humidity. (A
/// guest that knows the chip itself wants <c>driver.dotnet-iot.i2c</c>.) Options: <c>bus</c> (1), <c>address</c> (0x76),
/// <c>quantity</c> (temperature, pressure or humidity), <c>microvoltsPerUnit</c> (10,000 for a degree Celsius and a percent, 1,000
/// for a hectopascal).
/// </summary>
public sealed class Bme280Plugin : IotPlugin
{
    private const int DefaultAddress = 0x76;

    private protected override PeripheralKind Kind => PeripheralKind.Adc;

    private protected override IIotPart Read(ComponentOptions options)
    {
        var quantity = options.GetChoice<Quantities>("quantity", Quantities.Temperature);
        var microvolts = quantity == Quantities.Pressure ? 1_000 : 10_000;
        return new Part(I2cPlace.Read(options, DefaultAddress), quantity, options.GetNumber("microvoltsPerUnit", microvolts));
    }

    private enum Quantities
    {
        Temperature,
        Pressure,
        Humidity,
    }

    private sealed record Part(I2cPlace Place, Quantities Quantity, double MicrovoltsPerUnit) : IIotPart
    {
        public string Contention => Place.Contention;

        public IPeripheral Open(IDriverContext context, IIotHardware hardware)
        {
            var sensor = context.Share($"dotnet-iot.bme280:{Place}", () => new Bme280(hardware.OpenI2c(Place.Bus, Place.Address)));
            return new IotAnalogInput(() => (long)Math.Round(Measure(sensor) * MicrovoltsPerUnit));
        }

        private double Measure(Bme280 sensor)
        {
            var result = sensor.Read();
            return Quantity switch
            {
                Quantities.Temperature => result.Temperature?.DegreesCelsius,
                Quantities.Pressure => result.Pressure?.Hectopascals,
                _ => result.Humidity?.Percent,
            } ?? throw new PeripheralException($"BME280 at {Place}: no {Quantity} in its answer");
        }
    }
}
