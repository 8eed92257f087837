// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>Debian's MicroPython for the BBC micro:bit, unmodified, on our <c>microbit</c>: what is typed is seen at the board's pins.</summary>
public sealed class MicrobitTests
{
    private const string Firmware = "/usr/share/firmware-microbit-micropython/firmware.hex";
    private const string Prompt = "\n>>> ";
    private const int Pad0 = 3, FirstRow = 13, FirstColumn = 4, ButtonA = 17, ButtonB = 26;

    [FactWithFile(Firmware)]
    public async Task It_boots_to_its_prompt_and_computes()
    {
        using var machine = new OurMachine("microbit", Firmware, Board());
        await machine.ConverseAsync((">>> ", ""));

        Assert.Contains("\n14\r\n", await machine.AskAsync("2 + 3 * 4", Prompt), StringComparison.Ordinal);
        Assert.Contains("\n1267650600228229401496703205376\r\n", await machine.AskAsync("2 ** 100", Prompt), StringComparison.Ordinal);
    }

    [FactWithFile(Firmware)]
    public async Task What_is_written_to_a_pin_is_on_the_line_and_what_is_on_a_line_is_read()
    {
        var ports = Board();
        using var machine = new OurMachine("microbit", Firmware, ports);
        await machine.ConverseAsync((">>> ", "from microbit import *\r"), (Prompt, ""));

        await machine.AskAsync("pin0.write_digital(1)", Prompt);
        await machine.AskAsync("pin0.write_digital(0)", Prompt);
        await machine.AskAsync("pin0.write_digital(1)", Prompt);
        Assert.Equal([true, false, true], ports.Line(Pad0).Levels.SkipWhile(level => !level));

        Assert.Contains("\nFalse\r\n", await machine.AskAsync("button_a.is_pressed()", Prompt), StringComparison.Ordinal);
        machine.Vm.OnTurn(() => Move(ports, ButtonA, false));
        Assert.Contains("\nTrue\r\n", await machine.AskAsync("sleep(100);button_a.is_pressed()", Prompt), StringComparison.Ordinal);
        Assert.Contains("\nFalse\r\n", await machine.AskAsync("button_b.is_pressed()", Prompt), StringComparison.Ordinal);
    }

    [FactWithFile(Firmware)]
    public async Task Time_passes_as_it_says_and_the_bus_is_scanned()
    {
        using var machine = new OurMachine("microbit", Firmware, Board());
        await machine.ConverseAsync((">>> ", "from microbit import *\r"), (Prompt, ""));

        Assert.Contains("\nTrue\r\n", await machine.AskAsync("t = running_time();sleep(500);500 <= running_time() - t < 520", Prompt), StringComparison.Ordinal);
        Assert.Contains("\n[29]\r\n", await machine.AskAsync("i2c.scan()", Prompt), StringComparison.Ordinal);
    }

    [FactWithFile(Firmware)]
    public async Task What_is_shown_is_multiplexed_over_rows_and_columns()
    {
        var ports = Board();
        using var machine = new OurMachine("microbit", Firmware, ports);
        await machine.ConverseAsync((">>> ", "from microbit import *\r"), (Prompt, ""));
        var lit = new HashSet<(int Row, int Column)>();
        await machine.AskAsync("display.clear()", Prompt);
        await machine.AskAsync("sleep(100)", Prompt);
        machine.Vm.OnTurn(() =>
        {
            for (var line = FirstColumn; line < FirstRow + 3; line++) ports.Line(line).OnChange = () => Look(ports, lit);
            return 0;
        });
        await machine.AskAsync("sleep(100)", Prompt);
        Assert.Empty(lit);

        await machine.AskAsync("display.show(Image('00000:00000:00900:00000:00000'));sleep(100)", Prompt);

        Assert.Equal([(1, 2)], lit); // the light in the middle, by the board's wiring
    }

    [FactWithFile(Firmware)]
    public async Task A_running_loop_goes_on_from_a_snapshot_in_another_machine()
    {
        using var first = new OurMachine("microbit", Firmware, Board());
        await first.ConverseAsync((">>> ", "x = 41\r"), (Prompt, "while True: x += 1; x == 50 and print('fifty')\r\r"), ("\nfifty", ""));
        await first.Vm.PauseAsync();
        using var snapshot = new MemoryStream();
        first.Vm.SaveSnapshot(snapshot);
        snapshot.Position = 0;

        using var second = new OurMachine("microbit", Firmware, Board());
        using (var opened = Snapshot.Open("microbit", snapshot)) second.Vm.Restore(opened);
        second.Vm.Resume();
        await second.ConverseAsync(("", "\u0003"), ("KeyboardInterrupt: \r\n>>> ", ""));
        Assert.Contains("\nTrue\r\n", await second.AskAsync("x >= 50", Prompt), StringComparison.Ordinal);
    }

    private static TestPorts Board() => new(new FakeRegisters(0x1D));

    private static int Move(TestPorts ports, int line, bool level)
    {
        ports.Line(line).Move(level);
        return 0;
    }

    // The rows are switched while all columns are off.
    private static void Look(TestPorts ports, HashSet<(int Row, int Column)> lit)
    {
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 9; column++)
            {
                if (ports.Line(FirstRow + row).Level && !ports.Line(FirstColumn + column).Level) lit.Add((row, column));
            }
        }
    }
}
