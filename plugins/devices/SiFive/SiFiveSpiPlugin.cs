// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.SiFive;

[assembly: EdgePlugin<SiFiveSpiPlugin>("device.sifive.spi")]

namespace EdgeHypervisor.Devices.SiFive;

/// <summary>Makes SiFive SPI controllers.</summary>
public sealed class SiFiveSpiPlugin : IDevicePlugin
{
    /// <inheritdoc/>
    public IDevice Create(IDeviceContext context)
    {
        var options = context.Options;
        var chipSelects = (int)options.GetInteger("chipSelects", fallback: 4, minimum: 1, maximum: 32);
        var clockHz = (uint)options.GetInteger("clockHz", fallback: 50_000_000, minimum: 1, maximum: uint.MaxValue);
        options.RefuseUnknown();
        var chips = new ISpiPort[chipSelects];
        for (var chip = 0; chip < chips.Length; chip++) chips[chip] = context.Spi(chip);
        var bus = new SpiFrameBridge(chips, context.Clock);
        return new SiFiveSpi(bus, context.Output("irq"), context.Clock, context.Unassigned, clockHz);
    }
}
