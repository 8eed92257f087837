// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>
/// A line of the board. Options: <c>line</c>, <c>chip</c> (a gpiochip's number; the package's own choice without), <c>activeLow</c> (false).
/// </summary>
public sealed class IotGpioPlugin : IotPlugin
{
    private const int MaximumChip = 255;
    private const int MaximumLine = 1023;

    private protected override PeripheralKind Kind => PeripheralKind.Gpio;

    private protected override IIotPart Read(ComponentOptions options) => new Part(
        options.Owner,
        options.Find("chip") is null ? null : (int)options.GetInteger("chip", null, 0, MaximumChip),
        (int)options.GetInteger("line", null, 0, MaximumLine),
        options.GetBoolean("activeLow", false));

    private sealed record Part(string Owner, int? Chip, int Line, bool ActiveLow) : IIotPart
    {
        // The kernel has no trouble with several lines at once.
        public string? Contention => null;

        public IPeripheral Open(IDriverContext context, IIotHardware hardware)
        {
            var controller = context.Share($"dotnet-iot.gpio:{Chip}", () => hardware.OpenGpio(Chip));
            return new IotGpioLine(Owner, controller, Line, ActiveLow, context.Time);
        }
    }
}
