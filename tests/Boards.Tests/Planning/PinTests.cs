// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards.Tests.Planning;

/// <summary>What a plan says of a board's pins, and of what somebody outside of the service has.</summary>
public sealed class PinTests
{
    private const string File = """
        kind: Board
        name: bench
        peripherals:
          relay1: { driver: simulated.gpio, line: 17, pin: 11, note: heater relay }
          fan: { driver: simulated.pwm, channel: 0, pin: 12 }
          gpio18: { driver: simulated.gpio, line: 18, pin: 12 }
          wrong: { driver: simulated.gpio, line: 4, pin: 11 }
          supply: { driver: simulated.gpio, line: 5, pin: 2 }
          a: { driver: simulated.i2c, bus: 1, model: eeprom, address: 0x50, pin: [3, 5] }
          b: { driver: simulated.i2c, bus: 1, model: eeprom, address: 0x51, pin: [3, 5] }
        header:
          pins:
            2: 5V
            3: { name: GPIO2, line: 2 }
            11: { name: GPIO17, line: 17 }
            12: { name: GPIO18, line: 18, functions: [PWM0, SPI1 CE0] }
        """;

    [Theory]
    [InlineData("gpio0/1: relay1", "heater relay|pin 11 is also 'wrong': only one of them at a time")]
    [InlineData("pwm0/0: fan", "pin 12 (GPIO18) can also be PWM0, SPI1 CE0|pin 12 is also 'gpio18': only one of them at a time")]
    [InlineData("i2c0: { to: [a, b] }", "")] // targets of one bus share its pins
    public void What_the_boards_file_says_of_the_pins_is_noted(string map, string notes)
    {
        using var board = Board();
        var plan = board.Plan(Bench.Manifest("vm", map));

        Assert.True(plan.CanRun);
        Assert.Equal(notes, string.Join('|', plan.Ports[0].Notes));
    }

    [Theory]
    [InlineData("gpio0/1: supply", "bench.yaml:8:11: peripherals.supply.pin: pin 2 of the header is 5V, where no peripheral can be")]
    [InlineData("gpio0/1: wrong", "bench.yaml:7:10: peripherals.wrong.pin: pin 11 of the header leads to line 17 (GPIO17), and the peripheral is line 4")]
    public void A_file_that_contradicts_itself_is_told(string map, string problem)
    {
        using var board = Board();
        var plan = board.Plan(Bench.Manifest("vm", map));

        Assert.Equal((BindingProblemKind.WrongPin, problem), (Assert.Single(plan.Problems).Kind, plan.Problems[0].Message));
    }

    [Fact]
    public void Two_functions_of_one_pin_conflict()
    {
        using var board = Board();
        var plan = board.Plan(Bench.Manifest("vm", "pwm0/0: fan, gpio0/1: gpio18"));

        Assert.Equal(BindingProblemKind.Conflict, Assert.Single(plan.Problems).Kind);
    }

    [Fact]
    public void What_the_kernel_has_is_told_until_we_have_it()
    {
        var drivers = new OccupiedDriver { User = "line 17 is in use by 'ACT'" };
        using var board = new Board(
            DescriptionReader.ParseBoard("{ kind: Board, name: bench, peripherals: { relay1: { driver: real.gpio } } }", "bench.yaml"), drivers, TimeProvider.System, _ => { });

        var refused = board.Plan(Bench.Manifest("vm", "gpio0/1: relay1"));
        Assert.Equal((BindingProblemKind.Unavailable, drivers.User), (Assert.Single(refused.Problems).Kind, refused.Problems[0].Message));

        drivers.User = null;
        board.OpenAll();
        drivers.User = "line 17 is in use by 'ehv relay1'"; // that is us
        Assert.True(board.Plan(Bench.Manifest("vm", "gpio0/1: relay1")).CanRun);
    }

    private static Board Board() => new(DescriptionReader.ParseBoard(File, "bench.yaml"), new SimulatedDrivers(), TimeProvider.System, _ => { });

    private sealed class OccupiedDriver : IDriverCatalog, IPluginLease<IDriverPlugin>, IDriverPlugin, IBoardDriver, IAvailability
    {
        public string? User { get; set; }

        public string Id => "driver.real.gpio";

        public string Version => "1.0.0";

        public IDriverPlugin Plugin => this;

        public PeripheralKind Kind => PeripheralKind.Gpio;

        public IPluginLease<IDriverPlugin> FindDriver(string id) => this;

        public IBoardDriver Create(IDriverContext context) => this;

        public string? Validate(ComponentOptions options) => null;

        public string? WhyUnavailable(ComponentOptions options) => User;

        public IPeripheral Open(ComponentOptions options) => new RecordingLine();

        public void Dispose()
        {
        }
    }
}
