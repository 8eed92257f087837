// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using EdgeHypervisor.EndToEnd.Machines;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>A real GDB at a VM of a real daemon.</summary>
public sealed partial class DebuggerTests
{
    [TheoryWithTool("gdb-multiarch")]
    [InlineData("blinky-counter-rv32.elf")]
    public async Task Gdb_stops_a_guest_at_a_function_by_name_and_lets_it_go_on(string symbols)
    {
        await using var daemon = await StartBlinkyAsync();
        var gdb = Tool.Run(
            "gdb-multiarch",
            [
                .. Tool.PatientGdb, BuiltTree.Guest("blinky-counter", symbols), "-ex", $"target remote | {BuiltTree.Ehv} --socket {daemon.Socket} vm gdb blinky-counter --stdio",
                "-ex", "break *gpio_drive", "-ex", "continue", "-ex", "print $pc == gpio_drive", "-ex", "info registers sp", "-ex", "delete", "-ex", "detach",
            ],
            TimeSpan.FromMinutes(4));
        Assert.Matches(StoppedThere(), gdb.Output);
        Assert.Contains("sp  ", gdb.Output, StringComparison.Ordinal);
        var said = Beats.AssertUnbroken(await daemon.ConsoleAsync("blinky-counter"));
        await daemon.SaidAsync("blinky-counter", $"beat {said + 2} ");
        Beats.AssertUnbroken(await daemon.ConsoleAsync("blinky-counter"));
    }

    [TheoryWithTool("gdb-multiarch")]
    [InlineData("/usr/share/firmware-microbit-micropython/firmware.hex")]
    public async Task Gdb_knows_a_Cortex_M_by_its_M_profile_registers_and_steps_it(string firmware)
    {
        if (!File.Exists(firmware)) return; // Debian's firmware-microbit-micropython
        await using var daemon = await RunningDaemon.StartAsync();
        await daemon.DoAsync("vm", "create", Path.Combine(FirmwareImages.RepositoryRoot, "eng", "Demo", "micropython.vm.yaml"), "--start");
        await daemon.SaidAsync("micropython", ">>> ");
        // A core that sleeps in WFI is still asleep after a step: it must be busy.
        await daemon.TypeAsync("micropython", "exec(\"print('bu' + 'sy')\\nwhile True: pass\")");
        await daemon.SaidAsync("micropython", "busy");
        var gdb = Tool.Run(
            "gdb-multiarch",
            [
                .. Tool.PatientGdb, "-ex", $"target remote | {BuiltTree.Ehv} --socket {daemon.Socket} vm gdb micropython --stdio",
                "-ex", "show architecture", "-ex", "info registers", "-ex", "info registers msp psp primask control",
                "-ex", "set $before = $pc", "-ex", "stepi", "-ex", "print $pc != $before", "-ex", "detach",
            ],
            TimeSpan.FromMinutes(4));
        foreach (var register in new[] { "xpsr ", "msp ", "psp ", "primask ", "control " }) Assert.Contains("\n" + register, gdb.Output, StringComparison.Ordinal);
        Assert.Contains("armv6-m", gdb.Output, StringComparison.Ordinal);
        Assert.EndsWith("= 1", gdb.Output.Split('\n').Last(line => line.StartsWith('$')).TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_debugger_is_refused_with_the_reason()
    {
        await using var daemon = await StartBlinkyAsync();
        using var first = Ehv.Start(daemon.Socket, "vm", "gdb", "blinky-counter", "--stdio");
        await daemon.UntilAsync(async () => (await daemon.VmAsync("blinky-counter")).State == "paused", "the debugger stops it");
        var second = await daemon.EhvAsync("vm", "gdb", "blinky-counter", "--stdio");
        Assert.Equal(5, second.ExitCode);
        Assert.Contains("another debugger is attached", second.Error, StringComparison.Ordinal);
        first.StandardInput.Close();
        await daemon.UntilAsync(async () => (await daemon.VmAsync("blinky-counter")).State == "running", "it runs when the debugger has left");
    }

    private static async Task<RunningDaemon> StartBlinkyAsync()
    {
        var daemon = await RunningDaemon.StartAsync();
        await daemon.DoAsync("vm", "create", BuiltTree.Guest("blinky-counter", "blinky-counter.vm.yaml"), "--start");
        await daemon.SaidAsync("blinky-counter", "beat");
        return daemon;
    }

    [GeneratedRegex(@"Breakpoint 1, .*gpio_drive[\s\S]*\$1 = 1")]
    private static partial Regex StoppedThere();
}
