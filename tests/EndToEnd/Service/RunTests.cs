// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using EdgeHypervisor.EndToEnd.Machines;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary><c>ehv run</c>: one machine in the foreground.</summary>
public class RunTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("virt-rv32", "hello-rv32.elf", "Hello from rv32.")]
    [InlineData("virt-rv64", "hello-rv64.elf", "Hello from rv64.")]
    public async Task A_guest_says_hello_and_its_exit_code_is_ours(string machine, string image, string words)
    {
        var ran = await Ehv.RunAsync("run", BuiltTree.Guest("hello", image), "--machine", machine);
        Assert.Equal("", ran.Error);
        Assert.Equal(0, ran.ExitCode);
        Assert.Equal(words, ran.Output.Trim());
    }

    [Fact]
    public async Task A_manifest_runs_as_well_as_an_image()
    {
        var ran = await Ehv.RunAsync("run", BuiltTree.Guest("hello", "hello.vm.yaml"));
        Assert.Equal(0, ran.ExitCode);
        Assert.StartsWith("Hello from ", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_guest_that_cannot_go_on_is_told_apart_from_one_that_fails()
    {
        using var folder = new TemporaryFolder();
        var zeros = Path.Combine(folder.Path, "zeros.bin");
        await File.WriteAllBytesAsync(zeros, new byte[64]);
        var ran = await Ehv.RunAsync("run", zeros, "--machine", "virt-rv64");
        Assert.Equal(125, ran.ExitCode);
        Assert.Contains("faulted", ran.Error, StringComparison.Ordinal);
        Assert.Contains("cpu0", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ehv: 'ehv vm' has no command 'lst'; did you mean 'ls'? it has ls, ", "ehv vm --help", "vm", "lst")]
    [InlineData("ehv: 'ehv' has no command 'mvoe'; did you mean 'move'? it has run, ", "ehv --help", "mvoe")]
    [InlineData("ehv: 'ehv vm' has no option '--al'", "ehv vm --help", "vm", "--al")]
    [InlineData("ehv: Required argument 'BOARD' missing", "ehv move --help", "move", "blinky")]
    public async Task A_mistyped_command_is_told_in_a_line_with_what_was_meant_and_where_help_is(string problem, string help, params string[] line)
    {
        var ran = await Ehv.RunAsync(line);
        Assert.Equal((2, ""), (ran.ExitCode, ran.Output));
        Assert.StartsWith(problem, ran.Error, StringComparison.Ordinal);
        Assert.EndsWith($"\n  help:  {help}\n", ran.Error, StringComparison.Ordinal);
        Assert.Equal(2, ran.Error.Count(character => character == '\n'));
    }

    [Fact]
    public async Task Half_a_command_shows_what_there_is()
    {
        var ran = await Ehv.RunAsync("vm");
        Assert.Equal((2, ""), (ran.ExitCode, ran.Error));
        Assert.Contains("  snapshot <VM> <NAME>", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_a_command_with_a_wrong_option_is_told_of_the_option()
    {
        var ran = await Ehv.RunAsync("vm", "--format", "xml");
        Assert.Equal((2, ""), (ran.ExitCode, ran.Output));
        Assert.Contains("ehv: --format: 'xml' is not a format; it is text or json", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_deterministic_runs_are_the_same_byte_for_byte()
    {
        string[] line = ["run", BuiltTree.Guest("hello", "hello-rv64.elf"), "--machine", "virt-rv64", "--deterministic", "--unpaced"];
        var (first, second) = (await Ehv.RunAsync(line), await Ehv.RunAsync(line));
        Assert.Equal(0, first.ExitCode);
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task Output_that_cannot_be_written_ends_the_run_and_is_told()
    {
        var line = $"exec '{BuiltTree.Ehv}' run '{BuiltTree.Guest("echo", "echo-rv64.elf")}' --machine virt-rv64 > /dev/full";
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", line]) { RedirectStandardError = true, RedirectStandardInput = true })!;
        var error = await process.StandardError.ReadToEndAsync().WaitAsync(Patience);
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("No space left on device", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_the_run(string signal)
    {
        var line = $"exec '{BuiltTree.Ehv}' run '{BuiltTree.Guest("echo", "echo-rv64.elf")}' --machine virt-rv64";
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", line]) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        await SeeAsync(process, "", "echo on");
        using (var kill = Process.Start("kill", ["-" + signal, $"{process.Id}"])!) await kill.WaitForExitAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(130, process.ExitCode);
    }

    [Theory]
    [InlineData("pty")]
    [InlineData("stdio")]
    public async Task A_signal_ends_a_run_whose_output_nobody_takes(string serial)
    {
        using var folder = new TemporaryFolder();
        var flood = Path.Combine(folder.Path, "flood.bin");
        // lui a0, 0x10000; li a1, 'x'; sb a1, 0(a0); j -4
        await File.WriteAllBytesAsync(flood, [.. new[] { 0x10000537u, 0x07800593u, 0x00B50023u, 0xFFDFF06Fu }.SelectMany(BitConverter.GetBytes)]);
        using var process = Process.Start(new ProcessStartInfo(BuiltTree.Ehv, ["run", flood, "--machine", "virt-rv64", "--serial", serial]) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        try
        {
            var before = TimeSpan.Zero;
            while (process.TotalProcessorTime is var now && (now == TimeSpan.Zero || now != before)) // until it stands still
            {
                before = now;
                await Task.Delay(500);
            }
            using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"])!) await kill.WaitForExitAsync();
            await process.WaitForExitAsync().WaitAsync(Patience);
            Assert.Equal(130, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    [Fact]
    public async Task On_a_terminal_each_key_goes_to_the_guest_at_once_and_Ctrl_A_x_ends_it()
    {
        var start = new ProcessStartInfo("script", ["-qec", $"'{BuiltTree.Ehv}' run '{BuiltTree.Guest("echo", "echo-rv64.elf")}' --machine virt-rv64", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            var seen = await SeeAsync(process, "", "echo on");
            await TypeAsync(process, "Qz"); // no Enter
            seen = await SeeAsync(process, seen, "Qz");
            await TypeAsync(process, "\u0001x");
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(4));
            Assert.Single(seen.Split("Qz")[1..]); // the guest's echo, and none of the terminal's own
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task A_pseudo_terminal_is_announced_in_the_words_that_test_runners_wait_for()
    {
        using var process = Ehv.Start(null, "run", BuiltTree.Guest("echo", "echo-rv64.elf"), "--machine", "virt-rv64", "--serial", "pty");
        try
        {
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(4));
            Assert.Matches(@"^char device redirected to /dev/pts/\d+ \(label serial0\)$", line);
            var path = line!.Split(' ')[4];
            await using var terminal = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            using var words = new StreamReader(terminal, leaveOpen: true);
            while (!(await words.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(4)))!.Contains("echo on", StringComparison.Ordinal)) { }
            await terminal.WriteAsync("off\r"u8.ToArray());
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(4));
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    [Fact]
    public async Task A_trace_and_a_profile_of_a_whole_run_are_had_without_the_service()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "hello.trace");
        string[] line = ["run", BuiltTree.Guest("hello", "hello-rv64.elf"), "--machine", "virt-rv64", "--deterministic", "--unpaced"];
        var alone = await Ehv.RunAsync(line);
        var traced = await Ehv.RunAsync([.. line, "--trace", file, "--trace-events", "instructions,traps,devices", "--profile"]);
        Assert.Equal((0, alone.Output), (traced.ExitCode, traced.Output));
        Assert.Contains("FUNCTION", traced.Error, StringComparison.Ordinal);
        var lines = await File.ReadAllLinesAsync(file);
        Assert.Contains("  0.000000000  cpu0  insn   0x80000000 ", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("_start", lines[1], StringComparison.Ordinal);
        Assert.Contains("ended: the VM is stopped: the guest switched itself off with exit code 0", lines[^1], StringComparison.Ordinal);

        await Ehv.RunAsync([.. line, "--trace", file, "--trace-events", "instructions,traps,devices"]);
        Assert.Equal(lines, await File.ReadAllLinesAsync(file)); // the same run, the same trace
    }

    [TheoryWithTool("gdb-multiarch")]
    [InlineData("hello-rv64.elf")]
    public async Task A_machine_waits_for_a_debugger_and_goes_on_when_it_has_left(string image)
    {
        using var process = Ehv.Start(null, "run", BuiltTree.Guest("hello", image), "--machine", "virt-rv64", "--gdb", "tcp:0,wait");
        try
        {
            var place = (await process.StandardError.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(4)))!;
            Assert.Matches(@"^ehv: target remote 127\.0\.0\.1:\d+ \(the machine waits for it\)$", place);
            var gdb = Tool.Run(
                "gdb-multiarch",
                [.. Tool.PatientGdb, BuiltTree.Guest("hello", image), "-ex", place["ehv: ".Length..].Split(" (")[0], "-ex", "print $pc == _start", "-ex", "break main", "-ex", "continue", "-ex", "delete", "-ex", "detach"],
                TimeSpan.FromMinutes(4));
            Assert.Contains("$1 = 1", gdb.Output, StringComparison.Ordinal);
            Assert.Matches("Breakpoint 1, .* in main", gdb.Output);
            Assert.Contains("Hello from rv64.", await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(4)), StringComparison.Ordinal);
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(4));
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    [Theory]
    [InlineData(new[] { "run", "IMAGE" }, 2, "which machine?", "--machine virt-rv64")]
    [InlineData(new[] { "run", "", "--machine", "virt-rv64" }, 2, "which firmware?", "name a file")]
    [InlineData(new[] { "run", "IMAGE", "--machine", "virt-rv128" }, 1, "there is no machine 'virt-rv128'", "virt-rv64")]
    [InlineData(new[] { "run", "/no/such.elf", "--machine", "virt-rv64" }, 4, "there is no firmware", "/no/such.elf")]
    [InlineData(new[] { "run", "IMAGE", "--machine", "virt-rv64", "--memory", "5000" }, 2, "--memory", "multiple of 4096")]
    [InlineData(new[] { "run", "IMAGE", "--machine", "virt-rv64", "--serial", "com1" }, 2, "--serial: 'com1'", "tcp:PORT")]
    [InlineData(new[] { "run", "IMAGE", "--machine", "virt-rv64", "--map", "gpio0" }, 2, "--map", "NAME=VALUE")]
    [InlineData(new[] { "run", "IMAGE", "--machine", "virt-rv64", "--board", "BOARD", "--map", "gpio0/3=relay9" }, 1, "relay9", "relay1")]
    [InlineData(new[] { "run", "IMAGE", "--machine", "virt-rv64", "--gdb", "tcp:x" }, 2, "--gdb: 'tcp:x'", "--gdb tcp:1234,wait")]
    [InlineData(new[] { "run", "IMAGE", "--machine", "virt-rv64", "--gdb", "0.0.0.0:1" }, 2, "no password", "ssh -L")]
    [InlineData(new[] { "run", "IMAGE", "--machine", "virt-rv64", "--trace", "-", "--trace-pc", "nowhere" }, 1, "'nowhere'", "a function of the firmware")]
    [InlineData(new[] { "vm", "start" }, 2, "Required argument", "vm start")]
    [InlineData(new[] { "status" }, 3, "cannot be reached", "EHV_SOCKET")]
    public async Task What_is_wrong_on_the_command_line_is_named_with_what_would_be_right(string[] line, int code, string problem, string fix)
    {
        var arguments = line.Select(word => word switch { "IMAGE" => BuiltTree.Guest("hello", "hello-rv64.elf"), "BOARD" => BuiltTree.Board, _ => word });
        var ran = await Ehv.RunAsync([.. arguments]);
        Assert.Equal(code, ran.ExitCode);
        Assert.Contains(problem, ran.Error, StringComparison.Ordinal);
        Assert.Contains(fix, ran.Error + ran.Output, StringComparison.Ordinal);
    }

    private static async Task<string> SeeAsync(Process process, string seen, string text)
    {
        var buffer = new char[256];
        while (!seen.Contains(text, StringComparison.Ordinal))
        {
            var count = await process.StandardOutput.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromMinutes(4));
            Assert.True(count > 0, $"it ended; seen: {seen}");
            seen += new string(buffer, 0, count);
        }
        return seen;
    }

    private static async Task TypeAsync(Process process, string keys)
    {
        await process.StandardInput.WriteAsync(keys);
        await process.StandardInput.FlushAsync();
    }
}
