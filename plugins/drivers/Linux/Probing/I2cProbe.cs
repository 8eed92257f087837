// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>All I2C buses, what the kernel has on them, and on request who answers.</summary>
internal static class I2cProbe
{
    private const string Prefix = "i2c-";
    private const int LowestAddress = 0x08, HighestAddress = 0x77;

    public static void Look(LinuxHost host, bool asks, Findings findings)
    {
        foreach (var name in host.List("/dev").Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            if (!int.TryParse(name[Prefix.Length..], out var number)) continue;
            var adapter = host.Read($"/sys/bus/i2c/devices/{name}/name") ?? "unnamed";
            LookForKernels(host, number, findings);
            if (asks) Ask(host, number, adapter, findings);
            else findings.Remark($"/dev/{name} ({adapter}) was not asked who answers; --probe-i2c does that");
        }
    }

    private static void LookForKernels(LinuxHost host, int bus, Findings findings)
    {
        foreach (var device in host.List("/sys/bus/i2c/devices").Where(name => name.StartsWith($"{bus}-", StringComparison.Ordinal)))
        {
            if (host.LinkName($"/sys/bus/i2c/devices/{device}/driver") is not { } driver) continue;
            var address = Convert.ToInt32(device[(device.IndexOf('-') + 1)..], 16);
            findings.Add($"i2c{bus}-{address:x2}", host.Read($"/sys/bus/i2c/devices/{device}/name") ?? "", driver, ("bus", bus), ("address", $"0x{address:x2}"));
        }
    }

    private static void Ask(LinuxHost host, int number, string adapter, Findings findings)
    {
        try
        {
            using var bus = new I2cBus(host, "scan", $"/dev/{Prefix}{number}", new Silence());
            for (var address = LowestAddress; address <= HighestAddress; address++)
            {
                if (Answers(bus, number, (ushort)address)) findings.Add($"i2c{number}-{address:x2}", $"answers on {adapter}", "", ("bus", number), ("address", $"0x{address:x2}"));
            }
        }
        catch (PeripheralException problem)
        {
            findings.Remark(problem.Message);
        }
    }

    // As i2cdetect(8) asks: a read where EEPROMs and sensors with write-once memory sit, else a write of nothing.
    private static bool Answers(I2cBus bus, int number, ushort address)
    {
        var target = new LinuxI2cSettings("scan", number, address, IsTenBit: false, TimeoutMs: 0);
        var reads = address is (>= 0x30 and <= 0x37) or (>= 0x50 and <= 0x5F) || (bus.Functions & I2cUapi.Functions.Quick) == 0;
        Span<byte> room = stackalloc byte[I2cUapi.LongestBlockBytes + 2];
        return bus.Smbus(target, reads, 0, reads ? I2cUapi.SmbusKind.Byte : I2cUapi.SmbusKind.Quick, room) == BusStatus.Ok;
    }

    /// <summary>A bus that fails while it is asked is no news.</summary>
    private sealed class Silence : IDriverContext
    {
        public string BoardName => "";

        public TimeProvider Time => TimeProvider.System;

        public T Share<T>(string key, Func<T> make)
            where T : class => make();

        public void Report(string message)
        {
        }
    }
}
