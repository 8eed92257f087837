// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>Debian's MicroPython for the BBC micro:bit, unmodified, on our <c>microbit</c>: what is typed is seen at the board's pins.</summary>
public sealed class MicrobitTests
{
    private const string Firmware = "/usr/share/firmware-microbit-micropython/firmware.hex";
    private const string Prompt = "\n>>> ";
    private const int Pad0 = 3, ButtonA = 17;

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
    public async Task Time_passes_as_it_says()
    {
        using var machine = new OurMachine("microbit", Firmware, Board());
        await machine.ConverseAsync((">>> ", "from microbit import *\r"), (Prompt, ""));

        Assert.Contains("\nTrue\r\n", await machine.AskAsync("t = running_time();sleep(500);500 <= running_time() - t < 520", Prompt), StringComparison.Ordinal);
    }

    private static TestPorts Board() => new(new FakeRegisters(0x1D));

    private static int Move(TestPorts ports, int line, bool level)
    {
        ports.Line(line).Move(level);
        return 0;
    }
}
