// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>The sample guests keep their promises on a machine we did not write, so a failure on ours is ours.</summary>
public class GuestsUnderQemuTests
{
    [TheoryWithTool(QemuMachine.Program64), InlineData(32), InlineData(64)]
    public void Hello_greets_and_powers_off(int bits) =>
        Assert.Equal($"Hello from rv{bits}.\r\n", QemuMachine.Run(bits, FirmwareImages.Elf("hello", bits)));

    [TheoryWithTool(QemuMachine.Program64), InlineData(32), InlineData(64)]
    public void Blinky_counts_its_beats_also_without_the_line(int bits) =>
        Assert.Equal($"blinky-counter on rv{bits}, line 3 is missing, every 10 ms\r\n{ExpectedText.Beats(20)}",
            QemuMachine.Run(bits, FirmwareImages.Elf("blinky-counter", bits), (0, 10), (1, 20)));

    [TheoryWithTool(QemuMachine.Program64), InlineData(32), InlineData(64)]
    public void Checksum_chain_depends_on_the_steps_alone(int bits) =>
        Assert.Equal(
            $"checksum-chain on rv{bits}, 16 pages, 5000 pages a second, a line every 300 steps\r\n{ExpectedText.Chain(16, 300, 3)}",
            QemuMachine.Run(bits, FirmwareImages.Elf("checksum-chain", bits), (0, 64), (1, 5000), (2, 300), (3, 3)));

    [TheoryWithTool(QemuMachine.Program64), InlineData(32), InlineData(64)]
    public void Echo_edits_answers_resets_and_powers_off(int bits)
    {
        var heard = QemuMachine.Converse(bits, FirmwareImages.Elf("echo", bits),
            ("> ", "helx\u007fo\r"), ("\r\n> ", "junk\u0015reset\r"), ("commands\r\n> ", "off\r"));
        var banner = $"echo on rv{bits}, 'help' lists the commands\r\n> ";
        var erased = string.Concat(Enumerable.Repeat("\b \b", 4));
        Assert.Equal($"{banner}helx\b \bo\r\nhelo\r\n> junk{erased}reset\r\n{banner}off\r\n", heard);
    }

    [TheoryWithTool(QemuMachine.Program64), InlineData(32), InlineData(64)]
    public void A_trap_nobody_expects_is_reported(int bits)
    {
        var heard = QemuMachine.Converse(bits, FirmwareImages.Elf("echo", bits), ("> ", "crash\r"));
        Assert.Matches(@"trap: load access fault, cause 5, pc [0-9a-f]+, value 0*8000000\r\n$", heard);
    }
}
