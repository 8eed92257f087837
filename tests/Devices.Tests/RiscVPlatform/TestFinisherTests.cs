// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.RiscVPlatform;

namespace Devices.Tests.RiscVPlatform;

public sealed class TestFinisherTests : DeviceConformance
{
    protected override uint[] Offsets => [0, 4];

    protected override ulong[] Values => [0x5555, 0x3333, 0x7777, 0x0005_3333];

    [Theory]
    [InlineData(0x5555u, 0)]
    [InlineData(0x0007_3333u, 7)]
    [InlineData(0x0000_3333u, 1)] // a failure is never reported as success
    public void The_guest_powers_off_with_a_code(uint value, int exitCode)
    {
        var context = new FakeDeviceContext();
        Create(context).Write32(0, value);
        Assert.Equal(exitCode, context.Machine.ExitCode);
    }

    [Fact]
    public void The_guest_asks_for_a_reset()
    {
        var context = new FakeDeviceContext();
        Create(context).Write32(0, 0x7777);
        Assert.Equal(1, context.Machine.Resets);
        Assert.Null(context.Machine.ExitCode);
    }

    [Fact]
    public void Other_values_do_nothing()
    {
        var context = new FakeDeviceContext();
        Create(context).Write32(0, 0x1234);
        Assert.Null(context.Machine.ExitCode);
        Assert.Equal(0, context.Machine.Resets);
        Assert.Empty(context.Unassigned.Writes);
    }

    private protected override IMmioDevice Create(FakeDeviceContext context) =>
        (IMmioDevice)new TestFinisherPlugin().Create(context);
}
