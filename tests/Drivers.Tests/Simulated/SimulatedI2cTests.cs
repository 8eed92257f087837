// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Simulated;

namespace EdgeHypervisor.Drivers.Tests.Simulated;

public sealed class SimulatedI2cTests : I2cContract
{
    protected override II2cRig NewRig() => new Rig();

    [Fact]
    public void Targets_of_a_bus_contend_and_those_of_other_buses_do_not()
    {
        using var context = new FakeDriverContext();
        using var driver = new SimulatedI2cPlugin().Create(context);

        var keys = ((string, string)[][])[[("bus", "1"), ("model", "bme280")], [("bus", "1"), ("model", "eeprom")], [("bus", "2"), ("model", "eeprom")]];
        var contention = keys.Select(options => driver.Validate(Options.Of(options))).ToArray();

        Assert.Equal(contention[0], contention[1]);
        Assert.NotEqual(contention[0], contention[2]);
    }

    [Fact]
    public void An_address_of_a_bus_is_taken_once()
    {
        using var context = new FakeDriverContext();
        using var driver = new SimulatedI2cPlugin().Create(context);
        driver.Open(Options.For("a", ("bus", "1"), ("model", "registers"), ("address", "0x20")));

        var refusal = Assert.Throws<PeripheralException>(() => driver.Open(Options.For("b", ("bus", "1"), ("model", "eeprom"), ("address", "0x20"))));

        Assert.Equal("peripheral b: address 0x20 of I2C bus 1 is in use by peripheral a", refusal.Message);
    }

    [Fact]
    public void A_target_that_was_pulled_out_does_not_acknowledge()
    {
        using var rig = new Rig();

        ((ISimulated)rig.Target).Change("plugged", "false");

        Assert.Equal(BusStatus.NoAcknowledge, rig.Target.Transfer([new I2cMessage(0, false, new byte[] { 0 })]));
    }

    [Theory]
    [InlineData(300)]
    [InlineData(1200)]
    public void A_transaction_takes_no_less_than_its_wire_does(int latencyUs)
    {
        using var rig = new Rig(("latencyUs", latencyUs.ToString(CultureInfo.InvariantCulture)));
        Assert.False(((IImmediate)rig.Target).IsImmediate);

        var start = Stopwatch.GetTimestamp();
        rig.Target.Transfer([new I2cMessage(0, false, new byte[] { 0 })]);

        Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMicroseconds(latencyUs));
    }

    [Fact]
    public void A_stuck_bus_times_out_for_all_its_targets_and_heals()
    {
        using var rig = new Rig(("timeoutMs", "1"));

        ((ISimulated)rig.Target).Change("stuck", "true");
        Assert.False(((IImmediate)rig.Target).IsImmediate);
        Assert.Equal(BusStatus.TimedOut, rig.Target.Transfer([new I2cMessage(0, false, new byte[] { 0 })]));

        ((ISimulated)rig.Target).Change("stuck", "false");
        Assert.True(((IImmediate)rig.Target).IsImmediate);
        Assert.Equal(BusStatus.Ok, rig.Target.Transfer([new I2cMessage(0, false, new byte[] { 0 })]));
    }

    [Fact]
    public void An_EEPROM_does_not_answer_during_its_write_cycle_and_wraps_within_a_page()
    {
        var time = new ManualTime();
        using var context = new FakeDriverContext(time);
        var eeprom = (II2cTarget)new SimulatedI2cPlugin().Create(context).Open(Options.Of(("bus", "1"), ("model", "eeprom")));

        Assert.Equal(BusStatus.Ok, eeprom.Transfer([new I2cMessage(0, false, new byte[] { 0x06, 1, 2, 3, 4 })]));
        Assert.Equal(BusStatus.NoAcknowledge, eeprom.Transfer([new I2cMessage(0, false, new byte[] { 0 })]));
        time.Advance(TimeSpan.FromMilliseconds(5));

        var page = new byte[9];
        Assert.Equal(BusStatus.Ok, eeprom.Transfer([new I2cMessage(0, false, new byte[] { 0 }), new I2cMessage(0, true, page)]));
        Assert.Equal([3, 4, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 0xFF], page);
    }

    private sealed class Rig : II2cRig
    {
        private readonly FakeDriverContext _context = new();

        public Rig(params (string, string)[] options)
        {
            var driver = new SimulatedI2cPlugin().Create(_context);
            Target = (II2cTarget)driver.Open(Options.Of([("bus", "1"), ("model", "registers"), ("address", "0x20"), .. options]));
            Absent = (II2cTarget)driver.Open(Options.Of(("bus", "1"), ("model", "registers"), ("address", "0x21")));
            ((ISimulated)Absent).Change("plugged", "false");
        }

        public II2cTarget Target { get; }

        public II2cTarget Absent { get; }

        public void Settle()
        {
        }

        public void Dispose() => _context.Dispose();
    }
}
