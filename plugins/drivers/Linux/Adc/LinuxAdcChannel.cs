// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>An input of a converter: (raw + offset) times scale is millivolts.</summary>
/// <remarks>Documentation/ABI/testing/sysfs-bus-iio: in_voltageY_raw, _scale, _offset, _input.</remarks>
internal sealed class LinuxAdcChannel : IAdcChannel
{
    private const double MicrovoltsPerMillivolt = 1000;

    private readonly SysfsFile _value;
    private readonly double _offset;
    private readonly double _scale = 1;

    public LinuxAdcChannel(LinuxAdcSettings settings, LinuxHost host, string folder)
    {
        var channel = $"{folder}/in_voltage{settings.Channel.Replace("-", "-voltage", StringComparison.Ordinal)}";
        if (host.Read($"{channel}_raw") is not null)
        {
            _scale = Number(host, $"{channel}_scale") ?? Number(host, $"{folder}/in_voltage_scale") ?? Number(host, $"{folder}/in_voltage-voltage_scale")
                ?? throw new PeripheralException($"{settings.Owner}: {channel}_raw has no scale, so its values are no voltages");
            _offset = Number(host, $"{channel}_offset") ?? Number(host, $"{folder}/in_voltage_offset") ?? 0;
            _value = new SysfsFile(host, settings.Owner, $"{channel}_raw", FileAccess.Read);
        }
        else
        {
            _value = new SysfsFile(host, settings.Owner, $"{channel}_input", FileAccess.Read); // millivolts, computed by the kernel
        }
    }

    public long ReadMicrovolts() => (long)Math.Round((_value.ReadNumber() + _offset) * _scale * MicrovoltsPerMillivolt);

    public void Dispose() => _value.Dispose();

    private static double? Number(LinuxHost host, string path) =>
        double.TryParse(host.Read(path), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
}
