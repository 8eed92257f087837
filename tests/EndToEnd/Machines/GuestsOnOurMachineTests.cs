// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>The sample guests on our machines say what they say under QEMU, and their pins do what their READMEs promise.</summary>
public class GuestsOnOurMachineTests
{
    [Theory, InlineData(32), InlineData(64)]
    public void Hello_greets_and_powers_off(int bits)
    {
        using var machine = new OurMachine(bits, FirmwareImages.Elf("hello", bits));
        Assert.Equal($"Hello from rv{bits}.\r\n", machine.RunToEnd());
        Assert.Equal(0, machine.ExitCode);
    }

    [Theory, InlineData(32), InlineData(64)]
    public void Blinky_counts_its_beats_and_toggles_the_line(int bits)
    {
        var ports = new TestPorts();
        using var machine = new OurMachine(bits, FirmwareImages.Elf("blinky-counter", bits), ports, parameters: [(0, 10), (1, 50)]);
        Assert.Equal($"blinky-counter on rv{bits}, line 3 toggles, every 10 ms\r\n{ExpectedText.Beats(50)}", machine.RunToEnd());

        Assert.Equal([false, .. Enumerable.Range(1, 50).Select(beat => beat % 2 == 1)], ports.Line(3).Levels);
        Assert.InRange(machine.Vm.GuestTimeNs, 500_000_000, 501_000_000);
    }

    [Theory, InlineData(32), InlineData(64)]
    public void Checksum_chain_depends_on_the_steps_alone(int bits) =>
        Assert.Equal(
            $"checksum-chain on rv{bits}, 16 pages, 5000 pages a second, a line every 300 steps\r\n{ExpectedText.Chain(16, 300, 3)}",
            OurMachine.Run(bits, FirmwareImages.Elf("checksum-chain", bits), (0, 64), (1, 5000), (2, 300), (3, 3)));

    [Theory, InlineData(32), InlineData(64)]
    public async Task Echo_edits_answers_resets_and_powers_off(int bits)
    {
        using var machine = new OurMachine(bits, FirmwareImages.Elf("echo", bits));
        await machine.ConverseAsync(("> ", "helx\u007fo\r"), ("\r\n> ", "junk\u0015reset\r"), ("commands\r\n> ", "off\r"));
        var banner = $"echo on rv{bits}, 'help' lists the commands\r\n> ";
        var erased = string.Concat(Enumerable.Repeat("\b \b", 4));
        Assert.Equal($"{banner}helx\b \bo\r\nhelo\r\n> junk{erased}reset\r\n{banner}off\r\n", machine.RunToEnd());
    }

    [Theory, InlineData(32), InlineData(64)]
    public async Task A_trap_nobody_expects_is_reported(int bits)
    {
        using var machine = new OurMachine(bits, FirmwareImages.Elf("echo", bits));
        await machine.ConverseAsync(("> ", "crash\r"));
        Assert.Matches(@"trap: load access fault, cause 5, pc [0-9a-f]+, value 0*8000000\r\n$", machine.RunToEnd());
        Assert.Equal(1, machine.ExitCode);
    }

    [Theory, InlineData(32), InlineData(64)]
    public async Task Idle_waits_and_runs_no_instruction_meanwhile(int bits)
    {
        var ports = new TestPorts();
        using var machine = new OurMachine(bits, FirmwareImages.Elf("idle", bits), ports);
        machine.Vm.Start();
        var line = $"idle on rv{bits}\r\n";
        for (long position = 0; position < line.Length; position = ports.Console.OutputPosition)
            await ports.Console.WaitForOutputAsync(position).WaitAsync(TimeSpan.FromMinutes(4));
        // Each look is a turn of the VM, and one of them would find the loop running if WFI did not sleep.
        var counts = Enumerable.Range(0, 50).Select(_ => machine.Vm.OnTurn(() => machine.Vm.Statistics.Instructions)).ToArray();
        Assert.InRange(counts[^1], 1, 10_000);
    }

    [Theory, InlineData(32), InlineData(64)]
    public void Thermostat_computes_what_the_data_sheet_computes(int bits)
    {
        var ports = new TestPorts(new FakeBme280());
        using var machine = Thermostat(bits, ports, readings: 2);
        Assert.Equal(
            $"thermostat on rv{bits}, relay on line 4, button on line 5\r\n" +
            "reading 1 temperature 25.08 humidity 54.99 pressure 1006.53 set 22.00 relay off\r\n" +
            "reading 2 temperature 25.08 humidity 54.99 pressure 1006.53 set 22.00 relay off\r\n",
            machine.RunToEnd());
        Assert.Equal(new GpioMode(GpioDirection.Input, GpioBias.PullUp), ports.Line(5).Mode);
    }

    [Theory, InlineData(32), InlineData(64)]
    public void Thermostat_heats_with_hysteresis(int bits)
    {
        int[] temperatures = [510_000, 509_000, 510_500, 511_500, 510_500, 509_000]; // 21.98, 21.67, 22.14, 22.45, 22.14, 21.67 degrees
        var ports = new TestPorts(new FakeBme280 { Measure = n => temperatures[n - 1] });
        using var machine = Thermostat(bits, ports, readings: (uint)temperatures.Length);
        var relay = machine.RunToEnd().Split("\r\n").Where(line => line.StartsWith("reading")).Select(line => line.Split(' ')[^1]);
        Assert.Equal(["off", "on", "on", "off", "off", "on"], relay);
        Assert.Equal([false, true, false, true], ports.Line(4).Levels);
    }

    [Theory, InlineData(32), InlineData(64)]
    public void Thermostat_survives_a_sensor_that_is_gone_for_a_while(int bits)
    {
        var sensor = new FakeBme280();
        var wire = new LooseWire(sensor);
        sensor.Measure = n =>
        {
            if (n == 2) wire.Lose(transfers: 2); // the rest of the second reading, and the beginning of the third
            return 509_000;
        };
        var ports = new TestPorts(wire);
        using var machine = Thermostat(bits, ports, readings: 4);
        const string good = " temperature 21.67 humidity 54.87 pressure 1001.28 set 22.00 relay on\r\n";
        const string lost = " failed: no answer from the sensor at i2c0/0x76, relay off, trying again\r\n";
        Assert.EndsWith(
            $"reading 1{good}reading 2{lost}reading 3{lost}sensor answers again after 2 failed readings\r\nreading 4{good}", machine.RunToEnd(), StringComparison.Ordinal);
        Assert.Equal([false, true, false, true], ports.Line(4).Levels);
    }

    [Theory, InlineData(32), InlineData(64)]
    public void Thermostat_serves_its_button(int bits)
    {
        var sensor = new FakeBme280();
        var ports = new TestPorts(sensor);
        sensor.Measure = n =>
        {
            if (n == 2) ports.Line(5).Press();
            return FakeBme280.ExampleTemperature;
        };
        using var machine = Thermostat(bits, ports, readings: 3);
        var lines = machine.RunToEnd().Split("\r\n");
        Assert.Equal("button set 22.50", lines[3]);
        Assert.Contains("set 22.50", lines[4], StringComparison.Ordinal);
    }

    private static OurMachine Thermostat(int bits, TestPorts ports, uint readings) =>
        new(bits, FirmwareImages.Elf("thermostat", bits), ports, parameters: [(2, readings)]);
}
