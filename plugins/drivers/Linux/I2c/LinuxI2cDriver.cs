// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Opens I2C targets; those of one bus share its device file.</summary>
internal sealed class LinuxI2cDriver(IDriverContext context, IKernel kernel) : LinuxDriver<LinuxI2cSettings>(context, kernel)
{
    private const int HighestBus = 255;
    private const int LongestTimeoutMs = 60_000;

    // NXP UM10204, section 3.1.12: 0x00 to 0x07 and 0x78 to 0x7F are reserved.
    private const int LowestAddress = 0x08, HighestAddress = 0x77, HighestTenBitAddress = 0x3FF;

    public override PeripheralKind Kind => PeripheralKind.I2c;

    protected override LinuxI2cSettings Read(ComponentOptions options)
    {
        var isTenBit = options.GetBoolean("tenBit", false);
        return new LinuxI2cSettings(
            options.Owner,
            (int)options.GetInteger("bus", 1, 0, HighestBus),
            (ushort)options.GetInteger("address", null, isTenBit ? 0 : LowestAddress, isTenBit ? HighestTenBitAddress : HighestAddress),
            isTenBit,
            (int)options.GetInteger("timeoutMs", 0, 0, LongestTimeoutMs));
    }

    protected override string ContentionKey(LinuxI2cSettings settings) => $"i2c:{settings.Bus}";

    protected override string? Look(LinuxI2cSettings settings, LinuxHost host) =>
        LookForFile(host, settings.Owner, $"/dev/i2c-{settings.Bus}")
        ?? (I2cBus.KernelUser(host, settings) is { } user ? $"{settings.Owner}: address 0x{settings.Address:x2} of /dev/i2c-{settings.Bus}: in use by {user}" : null);

    protected override IPeripheral Open(LinuxI2cSettings settings, LinuxHost host)
    {
        var path = $"/dev/i2c-{settings.Bus}";
        var bus = Context.Share($"linux.i2c:{host.At(path)}", () => new I2cBus(host, settings.Owner, path, Context));
        bus.Claim(settings);
        return new LinuxI2cTarget(bus, settings);
    }
}
