// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;

namespace EdgeHypervisor.Descriptions;

/// <summary>A port of a device: <c>gpio0/3</c>, <c>uart0</c>.</summary>
/// <param name="Device">The device's name in the machine.</param>
/// <param name="Index">Line, chip select or channel; null for a device with one port (UART, I2C).</param>
public readonly partial record struct PortName(string Device, int? Index)
{
    /// <summary>What a port's name looks like, for messages.</summary>
    internal const string Rule = "a device's name and, where it has several ports, a number: gpio0/3, uart0";

    [GeneratedRegex(@"\A(?<device>[a-z][a-z0-9-]{0,62})(/(?<index>[0-9]{1,4}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern { get; }

    /// <summary>Reads <c>gpio0/3</c> or <c>uart0</c>.</summary>
    public static bool TryParse(string text, out PortName port)
    {
        var match = Pattern.Match(text);
        int? index = match.Groups["index"] is { Success: true } group
            ? int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture)
            : null;
        port = new PortName(match.Groups["device"].Value, index);
        return match.Success;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Index is { } index ? string.Create(CultureInfo.InvariantCulture, $"{Device}/{index}") : Device;
}
