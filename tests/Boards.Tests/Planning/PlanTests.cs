// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards.Tests.Planning;

public sealed class PlanTests : IDisposable
{
    private readonly Bench _bench = new Bench()
        .With("relay1", new RecordingLine(), more: ", pin: 11")
        .With("other11", new RecordingLine(), more: ", pin: 11")
        .With("bme280", new FakeI2cTarget(0x76), "bus/1", ", address: 0x76, pin: [3, 5]")
        .With("bme280b", new FakeI2cTarget(0x76), "bus/2", ", address: 0x76")
        .With("eeprom", new FakeI2cTarget(0x50), "bus/1", ", address: 0x50, pin: [3, 5]")
        .With("fan", new FakePwm())
        .With("console0", new FakeSerial())
        .WithLine("lost: { driver: nobodys.gpio, line: 1 }")
        .WithLine("wrong: { driver: fake.gpio, role: wrong, colour: red }");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_plan_says_what_every_port_binds_to()
    {
        var plan = Plan("gpio0/3: relay1, i2c0: [bme280, eeprom]".Replace("[bme280, eeprom]", "{ to: [bme280, eeprom], onMove: stay-behind }", StringComparison.Ordinal));

        Assert.True(plan.CanRun);
        Assert.Equal([("gpio0/3", PeripheralKind.Gpio, "relay1"), ("i2c0", PeripheralKind.I2c, "bme280,eeprom")],
            plan.Ports.Select(port => (port.Mapping.Port.ToString(), port.Kind!.Value, string.Join(',', port.Peripherals.Select(p => p.Role)))));
    }

    [Theory]
    [InlineData("gpio0/3: relay11", BindingProblemKind.MissingRole, "the board has no role 'relay11'; did you mean 'relay1'? it has bme280, ")]
    [InlineData("gpio0/3: lost", BindingProblemKind.Unusable, "no plugin 'driver.nobodys.gpio' is there, or it failed")]
    [InlineData("gpio0/3: wrong", BindingProblemKind.Unusable, "peripherals.wrong.colour: unknown")]
    [InlineData("gpio0: relay1", BindingProblemKind.WrongKind, "'relay1' is a digital line, so the port needs a number: 'gpio0/0'")]
    [InlineData("i2c0/0: bme280", BindingProblemKind.WrongKind, "'bme280' is an I2C target, so the port has no number: write 'i2c0'")]
    [InlineData("gpio0/3: { to: [relay1, other11], access: shared }", BindingProblemKind.WrongKind, "names 2 roles; only an I2C bus can lead to several")]
    [InlineData("i2c0: { to: [bme280, fan] }", BindingProblemKind.WrongKind, "roles 'bme280' and 'fan' are of different kinds")]
    [InlineData("i2c0: { to: bme280, access: wired-or }", BindingProblemKind.WrongTerms, "access 'wired-or' makes no sense for an I2C target; allowed are exclusive, shared, lease")]
    [InlineData("uart0: { to: console0, budget: { perSecond: 1 } }", BindingProblemKind.WrongTerms, "a budget makes no sense for a serial port")]
    [InlineData("gpio0/3: { to: { role: relay1, address: 3 } }", BindingProblemKind.WrongTerms, "an address makes no sense for a digital line")]
    [InlineData("i2c0: { to: [bme280, bme280b] }", BindingProblemKind.AddressClash, "'bme280' and 'bme280b' are both at address 0x76")]
    [InlineData("gpio0/3: relay1, gpio0/4: relay1", BindingProblemKind.Conflict, "'relay1': port gpio0/3 of this VM has it exclusively")]
    [InlineData("gpio0/3: relay1, gpio0/4: other11", BindingProblemKind.Conflict, "'other11' is on pin 11, which port gpio0/3 of this VM has as 'relay1'")]
    public void What_is_in_the_way_is_said_with_what_would_be_right(string map, BindingProblemKind kind, string expected)
    {
        var plan = Plan(map);

        Assert.False(plan.CanRun);
        Assert.Contains(plan.Problems, problem => problem.Kind == kind && problem.Message.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Everything_is_said_at_once()
    {
        var plan = Plan("gpio0/3: nothing, gpio0/4: lost, i2c0: { to: bme280, access: priority }");

        Assert.Equal([BindingProblemKind.MissingRole, BindingProblemKind.Unusable, BindingProblemKind.WrongTerms], plan.Problems.Select(problem => problem.Kind));
    }

    [Fact]
    public void A_move_is_planned_by_what_each_mapping_says_of_moves()
    {
        var plan = Plan("gpio0/3: { to: not-here, onMove: rebind }, gpio0/4: { to: relay1, onMove: forbid }, gpio0/5: { to: desk/not-here }", PlanPurpose.MoveHere);

        Assert.Equal([null, null, "desk"], plan.Ports.Select(port => port.Remote?.Board));
        Assert.Equal([("gpio0/3", BindingProblemKind.MissingRole), ("gpio0/4", BindingProblemKind.MoveForbidden)], plan.Problems.Select(problem => (problem.Port.ToString(), problem.Kind)));
    }

    [Fact]
    public void A_port_of_a_device_that_the_machine_lacks_is_told()
    {
        var machine = DescriptionReader.ParseMachine(
            "{ kind: Machine, name: m, core: { plugin: core.x }, memory: { ram: { at: 0 } }, devices: { gpio0: { plugin: device.x } } }", "m");

        var plan = _bench.Board.Plan(Bench.Manifest("a", "gpio1/3: relay1"), machine);

        Assert.Equal("port gpio1/3: machine m has no device 'gpio1'; it has gpio0", Assert.Single(plan.Problems).ToString());
    }

    [Fact]
    public void What_a_VM_has_already_is_not_in_its_own_way()
    {
        using var vm = _bench.NewVm("a", "gpio0/3: relay1");

        Assert.True(Plan("gpio0/3: relay1").CanRun);
        Assert.False(_bench.Board.Plan(Bench.Manifest("b", "gpio0/3: relay1")).CanRun);
    }

    [Fact]
    public void A_port_that_its_device_uses_as_something_else_is_refused()
    {
        using var vm = _bench.NewVm("a", "i2c0: bme280, gpio0/3: relay1");

        Assert.Contains("port gpio0/3 is a PWM output", Assert.Throws<BindingException>(() => vm.Ports.Pwm("gpio0", 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mapping_that_no_device_asks_for_is_told_once_when_the_VM_runs()
    {
        using var vm = _bench.NewVm("a", "gpio0/3: relay1, pwm0/7: fan");
        vm.Gpio(3);

        vm.Open();
        vm.Open();

        Assert.Matches("^a\\.yaml:1:\\d+: map\\.pwm0/7: VM a has no device with this port, so 'fan' is not used$", Assert.Single(_bench.Reports));
    }

    [Fact]
    public void A_board_gives_its_plugins_back_when_it_closes()
    {
        _ = _bench.Board;
        Assert.True(_bench.LeasesHeld > 0);

        _bench.Dispose();

        Assert.Equal(0, _bench.LeasesHeld);
    }

    private BindingPlan Plan(string map, PlanPurpose purpose = PlanPurpose.Start) => _bench.Board.Plan(Bench.Manifest("a", map), purpose: purpose);
}
