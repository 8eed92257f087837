// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Stm32;

namespace Devices.Tests.Stm32;

public sealed class StmUsartConformanceTests() : StmConformance("usart", 0x00, 0x04, 0x08, 0x0C)
{
    protected override ulong[] Values => [0, 0x202C, 0x20EC];

    private protected override void Outside(FakeDeviceContext context, ulong value) => context.UartPort.Type((byte)value);
}

public sealed class StmGpioConformanceTests() : StmConformance("gpio", 0x00, 0x04, 0x08, 0x0C, 0x10, 0x14, 0x18, 0x1C, 0x20)
{
    protected override ulong[] Values => [0, 1, 2, 0x5555, 0x5555_5555, 0xFFFF_0000, uint.MaxValue];

    private protected override void Outside(FakeDeviceContext context, ulong value) => context.GpioPort((int)(value % 16)).Pull((value & 16) != 0);
}

public sealed class StmTimConformanceTests() : StmConformance("tim", 0x00, 0x0C, 0x10, 0x14, 0x18, 0x20, 0x24, 0x28, 0x2C, 0x34, 0x38)
{
    protected override ulong[] Values => [0, 1, 9, 0x1F, 0x60, 599, 5999];
}

public sealed class StmI2cConformanceTests() : StmConformance("i2c", 0x00, 0x04, 0x10, 0x14, 0x18)
{
    protected override ulong[] Values => [1, 0x101, 0x201, 0x501, 0x401, 0xEC, 0xED, 0x720];

    protected override bool BehavesAlikeInTransactions => false;

    private protected override FakeDeviceContext CreateContext()
    {
        var context = new FakeDeviceContext();
        context.I2cPort.Present.Add(0x76);
        return context;
    }
}

public sealed class StmSpiConformanceTests() : StmConformance("spi", 0x00, 0x04, 0x08, 0x0C)
{
    protected override ulong[] Values => [0x44, 0x844, 0x8C4, 0xE0];

    protected override bool BehavesAlikeInTransactions => false;
}

public sealed class StmAdcConformanceTests() : StmConformance("adc", 0x00, 0x04, 0x08, 0x2C, 0x34, 0x4C)
{
    protected override ulong[] Values => [1, 0x4000_0001, 0x4000_0403, 0x0030_0000, 0x20];
}

public sealed class StmRccConformanceTests() : StmConformance("rcc", 0x00, 0x04, 0x08, 0x10, 0x30, 0x70, 0x74);

public sealed class StmPwrConformanceTests() : StmConformance("pwr", 0x00, 0x04);

public sealed class StmSyscfgConformanceTests() : StmConformance("syscfg", 0x00, 0x04, 0x08, 0x14, 0x20);

public sealed class StmExtiConformanceTests() : StmConformance("exti", 0x00, 0x08, 0x0C, 0x10, 0x14);

public sealed class StmFlashConformanceTests() : StmConformance("flash", 0x00, 0x04, 0x0C, 0x10)
{
    protected override ulong[] Values => [0x4567_0123, 0xCDEF_89AB, 1, 0x1_0002, 0x1_0004];
}

/// <summary>One device of the part by itself.</summary>
public abstract class StmConformance(string device, params uint[] offsets) : DeviceConformance
{
    protected override uint[] Offsets => offsets;

    private protected override IMmioDevice Create(FakeDeviceContext context) => Part.Create(typeof(StmPlugin<>), $"device.stm32.{device}", context);
}
