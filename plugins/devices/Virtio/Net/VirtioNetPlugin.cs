// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Virtio;

[assembly: EdgePlugin<VirtioNetPlugin>("device.virtio.net")]

namespace EdgeHypervisor.Devices.Virtio;

/// <summary>Makes virtio network cards.</summary>
public sealed class VirtioNetPlugin : VirtioPlugin
{
    /// <summary>What QEMU gives its first card.</summary>
    private static ReadOnlySpan<byte> DefaultAddress => [0x52, 0x54, 0x00, 0x12, 0x34, 0x56];

    private protected override VirtioFunction CreateFunction(IDeviceContext context)
    {
        var port = context.Net();
        if (context.Options.Find("mac") is { } mac) return new NetFunction(port, Parse(context.Options.Owner, mac));
        return new NetFunction(port, port is { HardwareAddress.IsEmpty: false } ? port.HardwareAddress : DefaultAddress);
    }

    private static byte[] Parse(string owner, string text)
    {
        var parts = text.Split(':');
        var mac = new byte[6];
        var isAddress = parts.Length == mac.Length;
        for (var i = 0; i < mac.Length && isAddress; i++) isAddress = TryParse(parts[i], out mac[i]);
        if (!isAddress || (mac[0] & 1) != 0)
            throw new OptionException(owner, "mac", $"'{text}' is not an address of one card such as 52:54:00:12:34:56");
        return mac;
    }

    private static bool TryParse(string text, out byte value) =>
        byte.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value) && text.Length == 2;
}
