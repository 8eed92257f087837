// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>Opens simulated I2C targets.</summary>
internal sealed class SimulatedI2cDriver(IDriverContext context) : SimulatedDriver<SimulatedI2cSettings>(context)
{
    private const int HighestAddress = 0x3FF;

    public override PeripheralKind Kind => PeripheralKind.I2c;

    protected override SimulatedI2cSettings Read(ComponentOptions options)
    {
        var model = options.GetChoice<I2cModel>("model");
        return new SimulatedI2cSettings(
            options.Owner,
            (int)options.GetInteger("bus", maximum: 255),
            (ushort)options.GetInteger("address", DefaultAddress(model), maximum: HighestAddress),
            model,
            (int)options.GetInteger("latencyUs", 0, maximum: 10_000_000),
            (int)options.GetInteger("timeoutMs", 1000, minimum: 1, maximum: 60_000),
            (int)options.GetBytes("size", 256),
            new Air(options.GetNumber("temperature", 21), options.GetNumber("pressure", 1013.25) * 100, options.GetNumber("humidity", 45)));
    }

    protected override string Place(SimulatedI2cSettings settings) =>
        string.Create(CultureInfo.InvariantCulture, $"address 0x{settings.Address:x2} of I2C bus {settings.Bus}");

    protected override string ContentionKey(SimulatedI2cSettings settings) => $"simulated.i2c/{settings.Bus}";

    protected override IPeripheral Open(SimulatedI2cSettings settings, IDisposable claim)
    {
        var bus = Context.Share($"simulated.i2c/{settings.Bus}", () => new SimulatedI2cBus());
        return new SimulatedI2cTarget(settings, bus, MakeModel(settings), claim);
    }

    private II2cModel MakeModel(SimulatedI2cSettings settings) => settings.Model switch
    {
        I2cModel.Bme280 => new Bme280(settings.Air, Context.Time),
        I2cModel.Eeprom => new Eeprom(settings.SizeBytes, Context.Time),
        _ => new RegisterFile(),
    };

    private static long DefaultAddress(I2cModel model) => model switch
    {
        I2cModel.Bme280 => 0x76,
        I2cModel.Eeprom => 0x50,
        _ => 0x20,
    };
}
