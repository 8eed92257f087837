// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Cmsdk;

namespace Devices.Tests.Cmsdk;

public sealed class CmsdkUartConformanceTests() : CmsdkConformance("cmsdk.uart", 0x00, 0x04, 0x08, 0x0C, 0x10, 0xFE0)
{
    protected override ulong[] Values => [0, 3, 0xF, 0x10];

    private protected override void Outside(FakeDeviceContext context, ulong value) => context.UartPort.Type((byte)value);
}

public sealed class CmsdkGpioConformanceTests() : CmsdkConformance(
    "cmsdk.gpio", 0x00, 0x04, 0x10, 0x14, 0x18, 0x1C, 0x20, 0x24, 0x28, 0x2C, 0x30, 0x34, 0x38, 0x40C, 0x7FC, 0x804, 0xBFC)
{
    protected override ulong[] Values => [0, 1, 2, 0xFF, 0x8001, 0xFFFF];

    private protected override void Outside(FakeDeviceContext context, ulong value) => context.GpioPort((int)(value % 16)).Pull((value & 16) != 0);
}

public sealed class CmsdkTimerConformanceTests() : CmsdkConformance("cmsdk.timer", 0x00, 0x04, 0x08, 0x0C)
{
    protected override ulong[] Values => [0, 1, 9, 1000, uint.MaxValue];
}

public sealed class CmsdkDualTimerConformanceTests() : CmsdkConformance("cmsdk.dualtimer", 0x00, 0x04, 0x08, 0x0C, 0x10, 0x14, 0x18, 0x20, 0x24, 0x28, 0x2C)
{
    protected override ulong[] Values => [0, 1, 0xA0, 0xE2, 0xE7, 1000];
}

public sealed class CmsdkWatchdogConformanceTests() : CmsdkConformance("cmsdk.watchdog", 0x00, 0x04, 0x08, 0x0C, 0x10, 0x14, 0xC00)
{
    protected override ulong[] Values => [0, 1, 3, 1000, 0x1ACC_E551];
}

public sealed class Mps2FpgaIoConformanceTests() : CmsdkConformance("mps2.fpgaio", 0x00, 0x08, 0x10, 0x14, 0x18, 0x1C, 0x20, 0x4C);

public sealed class Mps2SccConformanceTests() : CmsdkConformance("mps2.scc", 0x00, 0x04, 0x0C, 0xA0, 0xA8, 0xAC, 0xFFC);

public sealed class Mps2SerialBusConformanceTests() : CmsdkConformance("mps2.sbcon", 0x00, 0x04)
{
    protected override ulong[] Values => [1, 2, 3];

    protected override bool BehavesAlikeInTransactions => false;
}

public sealed class Pl022ConformanceTests() : CmsdkConformance("pl022", 0x00, 0x04, 0x08, 0x0C, 0x14, 0x18, 0x1C, 0x20)
{
    protected override ulong[] Values => [0, 2, 3, 0xC7, 0xF];

    protected override bool BehavesAlikeInTransactions => false;
}

/// <summary>One device of the board by itself.</summary>
public abstract class CmsdkConformance(string device, params uint[] offsets) : DeviceConformance
{
    protected override uint[] Offsets => offsets;

    private protected override IMmioDevice Create(FakeDeviceContext context) => Part.Create(typeof(CmsdkPlugin<>), $"device.{device}", context);
}
