// SPDX-License-Identifier: Apache-2.0
using System.Device.Gpio;
using EdgeHypervisor.Abstractions;
using Iot.Device.Mcp23xxx;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>
/// A line of an MCP23017 port expander. Options: <c>bus</c> (1), <c>address</c> (0x20), <c>line</c> (0 to 15: GPA0 to GPB7),
/// <c>activeLow</c> (false). Its interrupt pins are not used: watching its inputs is refused.
/// </summary>
public sealed class Mcp23017Plugin : IotPlugin
{
    private const int DefaultAddress = 0x20;
    private const int LastLine = 15;

    private protected override PeripheralKind Kind => PeripheralKind.Gpio;

    private protected override IIotPart Read(ComponentOptions options) => new Part(
        options.Owner,
        I2cPlace.Read(options, DefaultAddress),
        (int)options.GetInteger("line", null, 0, LastLine),
        options.GetBoolean("activeLow", false));

    private sealed record Part(string Owner, I2cPlace Place, int Line, bool ActiveLow) : IIotPart
    {
        public string Contention => Place.Contention;

        public IPeripheral Open(IDriverContext context, IIotHardware hardware)
        {
            var controller = context.Share(
                $"dotnet-iot.mcp23017:{Place}",
                () => new GpioController(new Mcp23017(hardware.OpenI2c(Place.Bus, Place.Address))));
            return new IotGpioLine(Owner, controller, Line, ActiveLow, context.Time);
        }
    }
}
