// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary><c>ehv vm trace</c> at VMs of a real daemon.</summary>
public sealed partial class TraceTests
{
    private const int Interrupt = 2;

    [Fact]
    public async Task Each_beat_is_a_timer_interrupt_a_change_of_the_pin_and_a_line_on_the_console()
    {
        await using var daemon = await StartBlinkyAsync();
        var lines = Lines(await daemon.DoAsync("--format", "json", "vm", "trace", "blinky-counter", "--limit", "400"));
        Assert.Equal("end", lines[^1].Event);
        Assert.Equal((400, 0), (lines[^1].Count, lines[^1].Lost));
        Assert.Contains("limit of 400 events", lines[^1].Reason, StringComparison.Ordinal);

        var beats = Beats(lines);
        Assert.True(beats.Count >= 5, $"{beats.Count} whole beats in 400 events");
        var console = await daemon.ConsoleAsync("blinky-counter");
        var number = 0;
        foreach (var beat in beats)
        {
            Assert.Equal("machine timer", beat[0].Name);
            Assert.Equal("trap_entry", beat[0].ToSymbol);
            var level = ulong.Parse(Assert.Single(beat, line => line is { Event: "write", Device: "gpio0" }).Value![2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> 3 & 1;
            Assert.All(beat.Where(line => line.Device == "gpio0"), line => Assert.StartsWith("gpio_drive+", line.Symbol, StringComparison.Ordinal));
            var said = Said(beat);
            Assert.Contains(said, console);
            Assert.Matches($"^beat [0-9]+ level {level} ", said);
            var beatNumber = int.Parse(said.Split(' ')[1], CultureInfo.InvariantCulture);
            Assert.True(number == 0 || beatNumber == number + 1);
            number = beatNumber;
        }
        await daemon.SaidAsync("blinky-counter", $"beat {number + 3} ");
        EndToEnd.Service.Beats.AssertUnbroken(await daemon.ConsoleAsync("blinky-counter"));
    }

    [Fact]
    public async Task Instructions_of_one_function_go_to_a_file_until_Ctrl_C_and_the_VM_goes_on()
    {
        await using var daemon = await StartBlinkyAsync();
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "drive.trace");
        using var ehv = Ehv.Start(daemon.Socket, "vm", "trace", "blinky-counter", "--events", "instructions,devices", "--pc", "gpio_drive", "--output", file);
        await daemon.UntilAsync(() => Task.FromResult(File.Exists(file) && File.ReadAllText(file).Contains("write  gpio0", StringComparison.Ordinal)), "something is in the file");
        var second = await daemon.EhvAsync("vm", "trace", "blinky-counter");
        Assert.Equal(5, second.ExitCode);
        Assert.Contains("end the other trace first", second.Error, StringComparison.Ordinal);

        _ = Kill(ehv.Id, Interrupt);
        await ehv.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(0, ehv.ExitCode);
        Assert.Contains(file, await ehv.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
        var lines = await File.ReadAllLinesAsync(file);
        Assert.Contains(lines, line => line.Contains("insn   0x", StringComparison.Ordinal) && line.Contains("lw a4, 12(a4)", StringComparison.Ordinal));
        Assert.All(lines.Where(line => line[0] != '#'), line => Assert.Contains("gpio_drive", line, StringComparison.Ordinal));

        await daemon.UntilAsync(async () => (await daemon.EhvAsync("vm", "trace", "blinky-counter", "--limit", "1")).ExitCode == 0, "another trace can begin");
        Assert.Equal("running", (await daemon.VmAsync("blinky-counter")).State);
    }

    [Fact]
    public async Task A_trace_ends_with_its_VM_and_what_is_wrong_with_it_is_named_with_what_would_be_right()
    {
        await using var daemon = await StartBlinkyAsync();
        (string[] Words, string Problem, string Fix)[] wrong =
        [
            (["--events", "insns"], "'insns'", "instructions, traps, devices"),
            (["--device", "gpio"], "no device 'gpio'", "did you mean 'gpio0'?"),
            (["--pc", "no_such"], "'no_such'", "0x80000000-0x80000fff"),
            (["--for", "soon"], "'soon' is not a time", "10s"),
        ];
        foreach (var (words, problem, fix) in wrong)
        {
            var ran = await daemon.EhvAsync(["vm", "trace", "blinky-counter", .. words]);
            Assert.NotEqual(0, ran.ExitCode);
            Assert.Contains(problem, ran.Error, StringComparison.Ordinal);
            Assert.Contains(fix, ran.Error, StringComparison.Ordinal);
        }

        using var ehv = Ehv.Start(daemon.Socket, "vm", "trace", "blinky-counter", "--events", "traps");
        Assert.StartsWith("# trace of blinky-counter", await ehv.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
        await daemon.DoAsync("vm", "pause", "blinky-counter");
        await daemon.DoAsync("vm", "resume", "blinky-counter");
        await daemon.DoAsync("vm", "rm", "blinky-counter", "--force");
        var output = await ehv.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.EndsWith("ended: the VM is not here any more\n", output, StringComparison.Ordinal);
        await ehv.WaitForExitAsync();
        Assert.Equal(0, ehv.ExitCode);
    }

    private static TraceLine[] Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize(line, ControlJson.Default.TraceLine)!)];

    // From each interrupt to the return from it, as far as both are in the trace.
    private static List<TraceLine[]> Beats(TraceLine[] lines)
    {
        var beats = new List<TraceLine[]>();
        var from = -1;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trap == "interrupt") from = i;
            if (lines[i].Trap == "return" && from >= 0) beats.Add(lines[from..(i + 1)]);
        }
        return beats;
    }

    private static string Said(TraceLine[] beat) =>
        string.Concat(beat.Where(line => line is { Event: "write", Device: "uart0", Offset: "0x0" }).Select(line => (char)Convert.ToByte(line.Value, 16))).TrimEnd();

    private static async Task<RunningDaemon> StartBlinkyAsync()
    {
        var daemon = await RunningDaemon.StartAsync();
        await daemon.DoAsync("vm", "create", BuiltTree.Guest("blinky-counter", "blinky-counter.vm.yaml"), "--start");
        await daemon.SaidAsync("blinky-counter", "beat");
        return daemon;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
