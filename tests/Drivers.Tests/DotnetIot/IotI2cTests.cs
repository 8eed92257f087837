// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.DotnetIot;

namespace EdgeHypervisor.Drivers.Tests.DotnetIot;

public sealed class IotI2cTests : I2cContract
{
    protected override II2cRig NewRig() => new Rig();

    [Fact]
    public void A_transaction_that_the_package_does_not_know_is_unsupported_and_not_taken_apart()
    {
        using var rig = new Rig();
        var write = new I2cMessage(0, false, new byte[] { 0 });
        var read = new I2cMessage(0, true, new byte[1]);
        Assert.Equal(BusStatus.Unsupported, rig.Target.Transfer([write, write]));
        Assert.Equal(BusStatus.Unsupported, rig.Target.Transfer([read, write]));
        Assert.Equal(BusStatus.Unsupported, rig.Target.Transfer([write, read, read]));
        Assert.Equal(BusStatus.Unsupported, rig.Target.Transfer([]));
    }

    [Theory]
    [InlineData("Error 121 (Remote I/O error) performing I2C data transfer.", BusStatus.NoAcknowledge)]
    [InlineData("Error 6 performing I2C data transfer.", BusStatus.NoAcknowledge)]
    [InlineData("Error 110. x", BusStatus.TimedOut)]
    [InlineData("Error 11.", BusStatus.ArbitrationLost)]
    [InlineData("Error 5.", BusStatus.Failed)]
    [InlineData("Something else", BusStatus.Failed)]
    public void The_kernels_error_decides_the_status(string message, BusStatus status) =>
        Assert.Equal(status, BusFault.StatusOf(new IOException(message)));

    private sealed class Rig : II2cRig
    {
        private readonly FakeDriverContext _context = new();

        public Rig()
        {
            var hardware = new FakeHardware(_context);
            hardware.Chips = address => address == 0x20 ? hardware.Simulated(address, "registers") : null;
            var driver = new IotI2cPlugin().Create(_context, hardware);
            Target = (II2cTarget)driver.Open(Options.Of(("address", "0x20")));
            Absent = (II2cTarget)driver.Open(Options.Of(("address", "0x21")));
        }

        public II2cTarget Target { get; }

        public II2cTarget Absent { get; }

        public void Settle()
        {
        }

        public void Dispose() => _context.Dispose();
    }
}
