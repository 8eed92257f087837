// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary><c>ehv vm trace</c> and <c>ehv vm profile</c> at VMs of a real daemon.</summary>
public sealed partial class TraceTests(TracedDaemon traced) : IClassFixture<TracedDaemon>
{
    // What Ctrl-C sends is ignored by everything below a shell that runs the tests in the background; this is taken the same way.
    private const int Terminate = 15;

    [Fact]
    public async Task Each_beat_is_a_timer_interrupt_a_change_of_the_pin_and_a_line_on_the_console()
    {
        var daemon = traced.Daemon;
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
    public async Task Instructions_of_one_function_go_to_a_file_until_it_is_told_to_end_and_the_VM_goes_on()
    {
        var daemon = traced.Daemon;
        var file = Path.Combine(traced.Folder, "drive.trace");
        using var ehv = Ehv.Start(daemon.Socket, "vm", "trace", "blinky-counter", "--events", "instructions,devices", "--pc", "gpio_drive", "--output", file);
        await daemon.UntilAsync(() => Task.FromResult(File.Exists(file) && File.ReadAllText(file).Contains("write  gpio0", StringComparison.Ordinal)), "something is in the file");
        const string another = "v1/vms/blinky-counter/trace?limit=1";
        var second = (await Assert.ThrowsAsync<ControlException>(() => daemon.Service.GetTextAsync(another, CancellationToken.None))).Problem;
        Assert.Equal((409, "end the other trace first"), (second.Status, second.Fix));

        _ = Kill(ehv.Id, Terminate);
        await ehv.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(4));
        Assert.Equal(0, ehv.ExitCode);
        Assert.Contains(file, await ehv.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
        var lines = await File.ReadAllLinesAsync(file);
        Assert.Contains(lines, line => line.Contains("insn   0x", StringComparison.Ordinal) && line.Contains("lw a4, 12(a4)", StringComparison.Ordinal));
        Assert.All(lines.Where(line => line[0] != '#'), line => Assert.Contains("gpio_drive", line, StringComparison.Ordinal));

        await daemon.UntilAsync(async () => await IsTracedAsync(daemon, another), "another trace can begin");
        Assert.Equal("running", (await daemon.VmAsync("blinky-counter")).State);
    }

    [Fact]
    public async Task A_trace_goes_on_over_a_pause_and_ends_with_its_VM()
    {
        var daemon = traced.Daemon;
        await daemon.DoAsync("vm", "create", BuiltTree.Guest("idle", "idle.vm.yaml"), "--start");
        using var ehv = Ehv.Start(daemon.Socket, "vm", "trace", "idle", "--events", "instructions");
        Assert.StartsWith("# trace of idle", await ehv.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
        await daemon.SaidAsync("idle", "idle on");
        foreach (var verb in new[] { "pause", "resume", "reset" }) await daemon.Service.PostAsync($"v1/vms/idle/{verb}", ControlJson.Default.VmSummary, CancellationToken.None);
        await daemon.SaidAsync("idle", "idle on", times: 2); // what the reset led to
        await daemon.Service.DoAsync(HttpMethod.Delete, "v1/vms/idle?force=true", CancellationToken.None);
        var output = await ehv.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(4));
        Assert.Contains("_start", output, StringComparison.Ordinal);
        Assert.EndsWith("ended: the VM is not here any more\n", output, StringComparison.Ordinal);
        await ehv.WaitForExitAsync();
        Assert.Equal(0, ehv.ExitCode);
    }

    [Theory]
    [InlineData("trace?events=insns", "'insns'", "instructions, traps, devices")]
    [InlineData("trace?device=gpio", "no device 'gpio'", "did you mean 'gpio0'?")]
    [InlineData("trace?pc=no_such", "'no_such'", "0x80000000-0x80000fff")]
    [InlineData("trace?for=soon", "'soon' is not a time", "10s")]
    [InlineData("trace?limit=0", "'0' is not a number", "limit=1000")]
    [InlineData("trace?format=xml", "'xml' is not a format", "text or json")]
    [InlineData("profile?top=none", "'none' is not a number", "top=1000")]
    public async Task What_is_wrong_with_a_question_is_named_with_what_would_be_right(string question, string problem, string fix)
    {
        var refused = (await Assert.ThrowsAsync<ControlException>(() => traced.Daemon.Service.GetTextAsync($"v1/vms/{TracedDaemon.Blinky}/{question}", CancellationToken.None))).Problem;
        Assert.Equal(400, refused.Status);
        Assert.Contains(problem, refused.Detail, StringComparison.Ordinal);
        Assert.Contains(fix, refused.Detail + refused.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_of_a_bench_kernel_names_its_hot_function_first_and_of_a_sleeper_that_it_sleeps()
    {
        var daemon = traced.Daemon;
        const string kernel = $"v1/vms/{TracedDaemon.Kernel}";
        var off = (await Assert.ThrowsAsync<ControlException>(() => daemon.Service.GetTextAsync($"{kernel}/profile", CancellationToken.None))).Problem;
        Assert.Equal((409, "start or resume it first"), (off.Status, off.Fix));

        await daemon.Service.PostAsync($"{kernel}/start", ControlJson.Default.VmSummary, CancellationToken.None);
        var file = Path.Combine(traced.Folder, "profile.json");
        ProfileInfo profile;
        do
        {
            await daemon.DoAsync("--format", "json", "vm", "profile", TracedDaemon.Kernel, "--for", "1s", "--top", "3", "--output", file);
            profile = JsonSerializer.Deserialize(await File.ReadAllTextAsync(file), ControlJson.Default.ProfileInfo)!;
        }
        while (profile.Samples < 20); // a host that has others to serve
        Assert.Equal("kernel_run", profile.Places[0].Name);
        Assert.Contains("SHARE", await daemon.DoAsync("vm", "profile", TracedDaemon.Kernel, "--for", "100ms"), StringComparison.Ordinal);
        Assert.True(profile.Places[0].Samples * 2 > profile.Samples, $"{profile.Places[0].Samples} of {profile.Samples}");
        Assert.InRange(profile.Places.Count, 1, 3);
        await daemon.Service.PostAsync($"{kernel}/stop", ControlJson.Default.VmSummary, CancellationToken.None);

        await daemon.DoAsync("vm", "create", BuiltTree.Guest("idle", "idle.vm.yaml"), "--start");
        await daemon.SaidAsync("idle", "idle on");
        ProfileInfo sleeper;
        do sleeper = await daemon.Service.GetAsync("v1/vms/idle/profile?for=500ms", ControlJson.Default.ProfileInfo, CancellationToken.None);
        while (sleeper.IdleSamples + sleeper.Samples < 20);
        await daemon.DoAsync("vm", "rm", "idle", "--force");
        Assert.True(sleeper.IdleSamples > sleeper.Samples, $"asleep at {sleeper.IdleSamples}, busy at {sleeper.Samples}");
    }

    private static async Task<bool> IsTracedAsync(RunningDaemon daemon, string question)
    {
        try
        {
            return (await daemon.Service.GetTextAsync(question, CancellationToken.None)).Contains("limit of 1 events", StringComparison.Ordinal);
        }
        catch (ControlException e) when (e.Problem.Status == 409)
        {
            return false; // the other one has not been noticed to be gone
        }
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

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
