// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards.Tests;

/// <summary>A VM's ports on the simulated board, from the device's end to the outside of the pin.</summary>
public sealed class SimulatedBoardTests : IDisposable
{
    private readonly Board _board = new(
        DescriptionReader.ReadBoard(Path.Combine(AppContext.BaseDirectory, "boards", "simulated-pi.yaml")), new SimulatedDrivers(), TimeProvider.System, _ => { });

    private readonly FakeTurn _turn = new();

    public void Dispose() => _board.Dispose();

    [Fact]
    public void What_a_VM_drives_is_seen_outside_and_counted()
    {
        using var ports = NewPorts("gpio0/3: relay1");
        var port = ports.Gpio("gpio0", 3);
        port.Configure(new GpioMode(GpioDirection.Output));
        ports.Open(1);
        for (var i = 0; i < 4; i++) port.Drive(i % 2 == 0);

        Assert.Equal("4", _board.Simulated("relay1").Observe()["changes"]);
        Assert.Equal("low", _board.Simulated("relay1").Observe()["level"]);
        Assert.Equal(("a", "gpio0/3"), _board.Status().Where(status => status.Description.Role == "relay1")
            .Select(status => (status.Users[0].VirtualMachine, status.Users[0].Port.ToString())).Single());
    }

    [Fact]
    public void A_button_pressed_outside_is_an_edge_inside()
    {
        using var ports = NewPorts("gpio0/4: { to: button1, access: shared }");
        var port = ports.Gpio("gpio0", 4);
        var levels = new List<bool>();
        port.OnEdge(edge => levels.Add(edge.Level));
        port.Configure(new GpioMode(GpioDirection.Input));
        ports.Open(1);
        Assert.True(port.Level); // the board's own pull-up

        _board.Simulated("button1").Change("level", "low");
        _board.Simulated("button1").Change("level", "floating");
        _turn.Run();

        Assert.Equal([false, true], levels);
    }

    [Fact]
    public void A_sensor_is_read_through_the_port_before_the_call_returns()
    {
        using var ports = NewPorts("i2c0: { to: [bme280, eeprom1], access: shared }");
        ports.Open(1);
        var id = new byte[1];
        BusStatus? status = null;

        ports.I2c("i2c0").Transfer([new I2cMessage(0x76, false, new byte[] { 0xD0 }), new I2cMessage(0x76, true, id)], s => status = s);

        Assert.Equal(BusStatus.Ok, status);
        Assert.Equal(0x60, id[0]);
    }

    [Fact]
    public void A_light_can_be_a_digital_output_or_a_dimmed_one()
    {
        using (var ports = NewPorts("gpio0/0: heartbeat"))
        {
            ports.Gpio("gpio0", 0).Configure(new GpioMode(GpioDirection.Output));
            ports.Open(1);
            ports.Gpio("gpio0", 0).Drive(true);
            Assert.Equal("1", _board.Simulated("heartbeat").Observe()["brightness"]);
        }
        using var again = NewPorts("pwm0/0: heartbeat");
        var refusal = Assert.Throws<BindingException>(() => again.Pwm("pwm0", 0));
        Assert.Contains("port pwm0/0 is a PWM output", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_PWM_an_ADC_and_an_SPI_port_lead_to_theirs()
    {
        using var ports = NewPorts("pwm0/0: fan, adc0/0: light1, spi0/0: spi0");
        ports.Open(1);
        ports.Pwm("pwm0", 0).Set(new PwmSetting(40_000, 10_000, true));
        (BusStatus, long)? sample = null;
        ports.Adc("adc0", 0).Sample((status, microvolts) => sample = (status, microvolts));
        var data = new byte[] { 1, 2, 3 };
        ports.Spi("spi0", 0).Transfer(data, new SpiSettings(), keepSelected: false, status => Assert.Equal(BusStatus.Ok, status));

        Assert.Equal("25", _board.Simulated("fan").Observe()["dutyPercent"]);
        Assert.Equal(1_650_000, sample!.Value.Item2, 1000.0);
        Assert.Equal([1, 2, 3], data);
    }

    [Fact]
    public void Roles_that_are_not_there_or_not_simulated_say_so()
    {
        Assert.Contains("did you mean 'relay1'?", Assert.Throws<BindingException>(() => _board.Simulated("relai1")).Message, StringComparison.Ordinal);
    }

    private IPortProvider NewPorts(string map)
    {
        var ports = _board.CreatePorts(Bench.Manifest("a", map), new NullPorts());
        ports.Attach(_turn);
        return ports;
    }
}
