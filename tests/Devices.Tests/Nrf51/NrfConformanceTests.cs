// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Nrf51;

namespace Devices.Tests.Nrf51;

public sealed class NrfUartConformanceTests() : NrfConformance("uart", 0x00, 0x04, 0x08, 0x0C, 0x108, 0x11C, 0x304, 0x308, 0x500, 0x518, 0x51C, 0x524)
{
    protected override ulong[] Values => [0, 1, 4, 0x84, 0x0027_5000];

    private protected override void Outside(FakeDeviceContext context, ulong value) => context.UartPort.Type((byte)value);
}

public sealed class NrfGpioConformanceTests() : NrfConformance("gpio", 0x504, 0x508, 0x50C, 0x510, 0x514, 0x518, 0x51C, 0x700, 0x70C, 0x77C)
{
    protected override ulong[] Values => [0, 1, 2, 3, 0xC, 0x60C, uint.MaxValue];

    private protected override void Outside(FakeDeviceContext context, ulong value) => context.GpioPort((int)(value % 32)).Pull((value & 32) != 0);
}

public sealed class NrfTimerConformanceTests() : NrfConformance(
    "timer", 0x00, 0x04, 0x08, 0x0C, 0x10, 0x40, 0x44, 0x140, 0x144, 0x200, 0x304, 0x308, 0x504, 0x508, 0x510, 0x540, 0x544, 0x548, 0x54C)
{
    protected override ulong[] Values => [0, 1, 2, 3, 0x101, 0xF_0000, 1000, 0xFFFF];
}

public sealed class NrfRtcConformanceTests() : NrfConformance(
    "rtc", 0x00, 0x04, 0x08, 0x0C, 0x100, 0x104, 0x140, 0x304, 0x308, 0x340, 0x344, 0x348, 0x504, 0x508, 0x540, 0x544)
{
    protected override ulong[] Values => [0, 1, 2, 0x1_0000, 0xFFFF, 0xFF_FFFF];
}

public sealed class NrfSerialConformanceTests() : NrfConformance(
    "serial", 0x00, 0x08, 0x14, 0x1C, 0x20, 0x104, 0x108, 0x11C, 0x124, 0x200, 0x304, 0x308, 0x4C4, 0x500, 0x518, 0x51C, 0x524, 0x554, 0x588)
{
    protected override ulong[] Values => [0, 1, 2, 5, 0x1D, 0x0400_0000];

    protected override bool BehavesAlikeInTransactions => false;

    private protected override FakeDeviceContext CreateContext()
    {
        var context = new FakeDeviceContext();
        context.I2cPort.Present.Add(0x1D);
        return context;
    }
}

public sealed class NrfAdcConformanceTests() : NrfConformance("adc", 0x00, 0x04, 0x100, 0x304, 0x400, 0x500, 0x504, 0x508);

public sealed class NrfClockConformanceTests() : NrfConformance("clock", 0x00, 0x04, 0x08, 0x0C, 0x10, 0x100, 0x104, 0x304, 0x408, 0x40C, 0x418, 0x518);

public sealed class NrfRngConformanceTests() : NrfConformance("rng", 0x00, 0x04, 0x100, 0x200, 0x304, 0x504, 0x508);

public sealed class NrfWatchdogConformanceTests() : NrfConformance("wdt", 0x00, 0x100, 0x304, 0x400, 0x404, 0x504, 0x508, 0x600, 0x604)
{
    protected override ulong[] Values => [0, 1, 3, 0x6E52_4635];
}

public sealed class NrfPpiConformanceTests() : NrfConformance("ppi", 0x00, 0x04, 0x500, 0x504, 0x508, 0x510, 0x514, 0x800, 0x804)
{
    // A channel from a group's task to itself: a circle that ends.
    protected override ulong[] Values => [0, 1, 0x4001_F000, 0x4001_F004, uint.MaxValue];
}

public sealed class NrfGpioteConformanceTests() : NrfConformance("gpiote", 0x00, 0x04, 0x100, 0x17C, 0x300, 0x304, 0x308, 0x510, 0x514)
{
    protected override ulong[] Values => [0, 1, 3, 0x1_0201, 0x3_0303, 0x8000_0001];
}

public sealed class NrfTempConformanceTests() : NrfConformance("temp", 0x00, 0x04, 0x100, 0x304, 0x308, 0x508);

public sealed class NrfNvmcConformanceTests() : NrfConformance("nvmc", 0x400, 0x504, 0x508, 0x50C, 0x514);

public sealed class NrfFicrConformanceTests() : NrfConformance("ficr", 0x10, 0x14, 0x60, 0xA4);

public sealed class NrfQuietConformanceTests() : NrfConformance("quiet", 0x100, 0x200, 0x300, 0x304, 0x308, 0x504);

/// <summary>One device of the nRF51 by itself.</summary>
public abstract class NrfConformance(string device, params uint[] offsets) : DeviceConformance
{
    protected override uint[] Offsets => offsets;

    private protected override IMmioDevice Create(FakeDeviceContext context) => Part.Create(typeof(NrfPlugin<>), $"device.nrf51.{device}", context);
}
