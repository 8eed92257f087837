// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Opens lines.</summary>
internal sealed class LinuxGpioDriver(IDriverContext context, IKernel kernel) : LinuxDriver<LinuxGpioSettings>(context, kernel)
{
    private const int HighestOffset = 4095;
    private const int LongestDebounceUs = 10_000_000;

    public override PeripheralKind Kind => PeripheralKind.Gpio;

    protected override LinuxGpioSettings Read(ComponentOptions options)
    {
        var line = options.GetString("line");
        var isOffset = Quantity.TryParseInteger(line, out _);
        return new LinuxGpioSettings(
            options.Owner,
            isOffset ? options.GetString("chip") : options.Find("chip"),
            line,
            isOffset ? (int)options.GetInteger("line", null, 0, HighestOffset) : null,
            options.GetBoolean("activeLow", false),
            options.GetChoice<GpioBias>("bias", GpioBias.AsIs),
            (uint)options.GetInteger("debounceUs", 0, 0, LongestDebounceUs));
    }

    protected override string? ContentionKey(LinuxGpioSettings settings) => null;

    protected override IPeripheral Open(LinuxGpioSettings settings, LinuxHost host)
    {
        var (chip, offset) = GpioChips.Find(host, settings);
        using (chip)
        {
            var request = HeldLines.Adopt(host, chip, [offset], settings.Consumer, Context)
                ?? HeldLines.Request(host, chip, [offset], settings.Owner, settings.Consumer, Context);
            return new LinuxGpioLine(request, 0, settings);
        }
    }
}
