// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>Where something is on an SPI bus.</summary>
/// <param name="Bus">The kernel's number of the bus: 0 for <c>/dev/spidev0.1</c>.</param>
/// <param name="ChipSelect">Its chip select: 1 for <c>/dev/spidev0.1</c>.</param>
internal readonly record struct SpiPlace(int Bus, int ChipSelect)
{
    public string Contention => $"spi:{Bus}";

    public override string ToString() => $"spi:{Bus}.{ChipSelect}";

    public static SpiPlace Read(ComponentOptions options) => new(
        (int)options.GetInteger("bus", 0, 0, 255), (int)options.GetInteger("chipSelect", 0, 0, 255));
}
