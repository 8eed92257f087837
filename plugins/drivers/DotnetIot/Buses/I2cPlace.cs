// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>Where something is on an I2C bus.</summary>
/// <param name="Bus">The kernel's number of the bus: 1 for <c>/dev/i2c-1</c>.</param>
/// <param name="Address">The 7-bit address.</param>
internal readonly record struct I2cPlace(int Bus, int Address)
{
    public string Contention => $"i2c:{Bus}";

    /// <summary>Names it among the things that a board's drivers share.</summary>
    public override string ToString() => $"i2c:{Bus}:0x{Address:x2}";

    // 0x00 to 0x07 and 0x78 to 0x7F are reserved (NXP UM10204, section 3.1.12).
    public static I2cPlace Read(ComponentOptions options, int? address = null) => new(
        (int)options.GetInteger("bus", 1, 0, 255), (int)options.GetInteger("address", address, 0x08, 0x77));
}
