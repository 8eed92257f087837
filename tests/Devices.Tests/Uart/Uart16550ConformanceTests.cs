// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Uart16550;

namespace Devices.Tests.Uart;

public sealed class Uart16550ConformanceTests : DeviceConformance
{
    protected override uint[] Offsets => [0, 1, 2, 3, 4, 5, 6, 7];

    protected override AccessWidth NaturalWidth => AccessWidth.Byte;

    protected override ulong[] Values => [0x00, 0x01, 0x07, 0x0F, 0x13, 0x80, 0xC7];

    private protected override IMmioDevice Create(FakeDeviceContext context) =>
        (IMmioDevice)new Uart16550Plugin().Create(context);

    private protected override void Outside(FakeDeviceContext context, ulong value) => context.UartPort.Type((byte)value);

    private protected override void CheckInvariants(IMmioDevice device, FakeDeviceContext context)
    {
        // The line is high exactly when the identification register names a source; looking must not disturb, so on a twin.
        var twin = Create(new FakeDeviceContext());
        twin.Restore(StateTree.Of(device));
        Assert.Equal(context.Line("irq").Level, (twin.Read8(2) & 1) == 0);
    }
}
