// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net;
using CsCheck;

namespace EdgeHypervisor.Runtime.Tests;

public sealed class GdbTests : IDisposable
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly VmScheduler _scheduler = new(workers: 1);

    public void Dispose() => _scheduler.Dispose();

    [Fact]
    public async Task A_debugger_stops_the_guest_reads_it_and_lets_it_go_when_it_leaves()
    {
        using var echo = new RiscVMachine(_scheduler, "echo");
        echo.Vm.Start();
        await echo.ReadUntilAsync("\n");
        await using var server = new GdbServer(echo.Vm, AnyPort);
        using (var gdb = await GdbClient.ConnectAsync(server.EndPoint))
        {
            Assert.StartsWith("T05thread:1;", await gdb.AskAsync("?"));
            Assert.Equal(VmCause.Breakpoint, echo.Vm.Status.Cause);
            var pc = await gdb.AskAsync("p20");
            Assert.Equal(16, pc.Length);
            Assert.Equal(32 * 16 + 16, (await gdb.AskAsync("g"))[..528].Length);
            Assert.Equal("7f454c46", await FirstWordAsync(gdb));
            Assert.Equal("OK", await gdb.AskAsync("D"));
        }
        await echo.Vm.WaitForAsync(status => status.State == VmState.Running).WaitAsync(Patience);

        static async Task<string> FirstWordAsync(GdbClient gdb)
        {
            // Written, so that it is known; in memory that no guest uses.
            Assert.Equal("OK", await gdb.AskAsync("M80000900,4:7f454c46"));
            return await gdb.AskAsync("m80000900,4");
        }
    }

    [Fact]
    public async Task A_guest_stops_at_a_breakpoint_steps_over_it_and_goes_on_to_its_end()
    {
        using var hello = new RiscVMachine(_scheduler, "hello");
        var main = hello.Vm.Blueprint.Firmware!.ReadSymbols().Single(symbol => symbol.Name == "main").Address;
        await using var server = new GdbServer(hello.Vm, AnyPort);
        using var gdb = await GdbClient.ConnectAsync(server.EndPoint);

        Assert.Equal("OK", await gdb.AskAsync($"Z0,{main:x},4"));
        Assert.StartsWith("T05", await gdb.AskAsync("c"));
        Assert.Equal(main, await ProgramCounterAsync(gdb));
        Assert.Equal("OK", await gdb.AskAsync($"z0,{main:x},4"));
        Assert.StartsWith("T05", await gdb.AskAsync("s"));
        Assert.NotEqual(main, await ProgramCounterAsync(gdb));
        Assert.Equal("W00", await gdb.AskAsync("vCont;c"));
        Assert.Equal(VmState.Stopped, hello.Vm.State);
    }

    [Fact]
    public async Task Each_step_is_one_instruction()
    {
        using var hello = new RiscVMachine(_scheduler, "hello");
        await using var server = new GdbServer(hello.Vm, AnyPort);
        using var gdb = await GdbClient.ConnectAsync(server.EndPoint);
        for (var i = 1; i <= 50; i++)
        {
            await gdb.AskAsync("vCont;s:1;c");
            Assert.Equal(i, hello.Vm.Statistics.Instructions);
        }
    }

    [Fact]
    public async Task Control_c_stops_a_guest_that_runs_or_waits()
    {
        using var idle = new RiscVMachine(_scheduler, "idle");
        await using var server = new GdbServer(idle.Vm, AnyPort);
        using var gdb = await GdbClient.ConnectAsync(server.EndPoint);
        await gdb.SendAsync("c");
        await idle.ReadUntilAsync("idle");
        await gdb.SendRawAsync("\u0003");
        Assert.StartsWith("T02thread:1;", await gdb.ReadAsync());
        Assert.Equal(VmState.Paused, idle.Vm.State);
    }

    [Fact]
    public async Task A_watchpoint_stops_the_guest_that_changes_the_bytes()
    {
        using var chain = new RiscVMachine(_scheduler, "checksum-chain", prepare: RiscVMachine.Parameters((0, 16), (1, 1000)));
        await using var server = new GdbServer(chain.Vm, AnyPort);
        using var gdb = await GdbClient.ConnectAsync(server.EndPoint);
        Assert.Equal("OK", await gdb.AskAsync("Z2,80100010,4"));

        Assert.Equal("T05thread:1;watch:80100010;", await gdb.AskAsync("c"));

        Assert.NotEqual("00000000", await gdb.AskAsync("m80100010,4"));
        Assert.Equal("OK", await gdb.AskAsync("z2,80100010,4"));
    }

    [Fact]
    public async Task What_is_not_known_or_not_right_is_answered_and_the_session_goes_on()
    {
        using var hello = new RiscVMachine(_scheduler, "hello");
        await using var server = new GdbServer(hello.Vm, AnyPort);
        using var gdb = await GdbClient.ConnectAsync(server.EndPoint);
        Assert.Equal("", await gdb.AskAsync("vMustReplyEmpty"));
        Assert.Equal("", await gdb.AskAsync("Z3,80000000,4"));
        Assert.Equal("E0e", await gdb.AskAsync("m0,4"));
        Assert.Equal("E16", await gdb.AskAsync("mzz,4"));
        Assert.Equal("E16", await gdb.AskAsync("m80000000,ffffffff"));
        Assert.Equal("E16", await gdb.AskAsync("pffff"));
        Assert.Equal("E16", await gdb.AskAsync("M80000000,4:00"));
        Assert.StartsWith("T05", await gdb.AskAsync("?"));
    }

    [Theory]
    [InlineData(false, VmState.Created)]
    [InlineData(true, VmState.Running)]
    public async Task A_VM_that_waited_for_a_debugger_goes_on_when_it_has_left_where_that_was_asked_for(bool goesOn, VmState afterwards)
    {
        using var idle = new RiscVMachine(_scheduler, "idle");
        await using var server = new GdbServer(idle.Vm, AnyPort, goesOn);
        using (var gdb = await GdbClient.ConnectAsync(server.EndPoint))
        {
            Assert.StartsWith("T05", await gdb.AskAsync("?"));
            Assert.False(server.Session.IsCompleted);
            Assert.Equal(VmState.Created, idle.Vm.State);
            Assert.Equal("OK", await gdb.AskAsync("D"));
        }
        await server.Session.WaitAsync(Patience);
        Assert.Equal(afterwards, idle.Vm.State);
    }

    [Fact]
    public async Task A_second_debugger_is_turned_away()
    {
        using var hello = new RiscVMachine(_scheduler, "hello");
        await using var server = new GdbServer(hello.Vm, AnyPort);
        using var first = await GdbClient.ConnectAsync(server.EndPoint);
        Assert.StartsWith("T05", await first.AskAsync("?"));
        using var second = await GdbClient.ConnectAsync(server.EndPoint);
        Assert.True(await second.IsClosedAsync());
        Assert.StartsWith("T05", await first.AskAsync("?"));
    }

    [Fact]
    public void A_core_that_cannot_be_looked_into_is_refused_with_a_reason()
    {
        using var bench = new Bench(TinyProgram.Counter()).Build();
        Assert.Contains("core.tiny cannot be looked into", Assert.Throws<NotSupportedException>(() => new GdbServer(bench.Vm, AnyPort)).Message);
    }

    [Fact]
    public async Task Hostile_packets_never_end_the_session_and_never_touch_the_vm_beyond_its_memory()
    {
        using var hello = new RiscVMachine(_scheduler, "hello");
        await using var server = new GdbServer(hello.Vm, AnyPort);
        using var gdb = await GdbClient.ConnectAsync(server.EndPoint);
        var letters = Gen.Char["?gGpPmMXHTqQvZzQ"];
        var rest = Gen.Char["0123456789abcdef,:;=-R"].Array[0, 24].Select(chars => new string(chars));
        foreach (var packet in Gen.Select(letters, rest, (letter, text) => letter + text).Array[400].Single())
        {
            var answer = await gdb.AskAsync(packet);
            Assert.False(answer.StartsWith('W'));
        }
        Assert.StartsWith("T05", await gdb.AskAsync("?"));
    }

    [Fact]
    public async Task Gdb_itself_attaches_breaks_inspects_steps_watches_and_continues()
    {
        const string gdb = "/usr/bin/gdb-multiarch";
        if (!File.Exists(gdb)) return; // The other tests speak the protocol; this one holds them to the real thing.
        using var hello = new RiscVMachine(_scheduler, "hello");
        await using var server = new GdbServer(hello.Vm, AnyPort);
        string[] script =
        [
            "set remotetimeout 240", "set confirm off", "set pagination off", $"file {hello.Vm.Blueprint.Firmware!.Source}",
            $"target remote 127.0.0.1:{server.EndPoint.Port}", "break main", "continue", "bt 1", "stepi", "info registers pc sp",
            "x/2i $pc", "p/x $mstatus", "monitor status", "delete", "continue",
        ];
        var start = new ProcessStartInfo(gdb) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("--batch");
        start.ArgumentList.Add("--nx");
        foreach (var line in script)
        {
            start.ArgumentList.Add("-ex");
            start.ArgumentList.Add(line);
        }
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);

        Assert.Matches(@"Breakpoint 1, 0x[0-9a-f]+ in main \(\)", output);
        Assert.Contains(" in main ()", output);
        Assert.Contains("$1 = 0x", output);
        Assert.Contains("hello: paused: at a breakpoint", await errors);
        Assert.Contains("exited normally", output);
        Assert.Equal(VmState.Stopped, hello.Vm.State);
    }

    private static async Task<ulong> ProgramCounterAsync(GdbClient gdb)
    {
        var bytes = Convert.FromHexString(await gdb.AskAsync("p20"));
        return BitConverter.ToUInt64(bytes);
    }
}
