// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Descriptions.Reading;

namespace EdgeHypervisor.Descriptions;

/// <summary>A port of a device: <c>gpio0/3</c>, <c>uart0</c>.</summary>
/// <param name="Device">The device's name in the machine.</param>
/// <param name="Index">Line, chip select or channel; null for a device with one port (UART, I2C).</param>
public readonly record struct PortName(string Device, int? Index)
{
    /// <summary>What a port's name looks like, for messages.</summary>
    internal const string Rule = "a device's name and, where it has several ports, a number: gpio0/3, uart0";

    private const int MostDigits = 4;

    /// <summary>Reads <c>gpio0/3</c> or <c>uart0</c>.</summary>
    public static bool TryParse(string text, out PortName port)
    {
        port = new PortName("", null);
        var slash = text.IndexOf('/');
        var device = slash < 0 ? text : text[..slash];
        if (!Names.Component.IsMatch(device)) return false;
        if (slash < 0)
        {
            port = new PortName(device, null);
            return true;
        }
        var digits = text.AsSpan(slash + 1);
        if (digits.Length > MostDigits || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return false;
        port = new PortName(device, index);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Index is { } index ? string.Create(CultureInfo.InvariantCulture, $"{Device}/{index}") : Device;
}
