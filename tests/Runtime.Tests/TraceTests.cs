// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Runtime.Tests;

public sealed class TraceTests : IDisposable
{
    private const TraceEvents Everything = TraceEvents.Instructions | TraceEvents.Traps | TraceEvents.Devices;
    private static readonly ClockSettings Deterministic = new() { Mode = ClockMode.Deterministic, InstructionNs = 10, Paced = false };
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private readonly VmScheduler _scheduler = new(workers: 2);

    public void Dispose() => _scheduler.Dispose();

    [Theory]
    [InlineData(TraceEvents.Traps | TraceEvents.Devices)]
    [InlineData(Everything)]
    public async Task A_traced_run_is_the_same_to_the_last_instruction_and_byte(TraceEvents events)
    {
        var (alone, _) = await BlinkAsync(TraceEvents.None);
        var (traced, trace) = await BlinkAsync(events);
        Assert.Equal(alone, traced);
        Assert.Equal(5, trace.Count(e => e is { Kind: TraceEventKind.Trap, Trap: { Kind: TrapKind.Interrupt, Name: "machine timer", Cause: 7 } }));
    }

    [Fact]
    public async Task Every_instruction_is_in_the_trace_once_with_its_bits_and_words()
    {
        var (end, trace) = await BlinkAsync(Everything);
        var instructions = trace.Where(e => e.Kind == TraceEventKind.Instruction).ToArray();
        Assert.Equal(end.Instructions, instructions.Length);
        Assert.Equal(instructions.Select(e => e.TimeNs).Order(), instructions.Select(e => e.TimeNs)); // in their order

        using var blinky = new RiscVMachine(_scheduler, "blinky-counter", Deterministic, prepare: RiscVMachine.Parameters((0, 1), (1, 5)));
        var core = blinky.Vm.DebuggableCores[0];
        foreach (var instruction in instructions.Take(500))
        {
            Assert.Equal(core.ProgramCounter, instruction.Pc);
            var code = new byte[4];
            Assert.True(blinky.Vm.Memory.TryRead(instruction.Pc, code));
            var length = instruction.Instruction.LengthBytes;
            Assert.Equal(code[..length], BitConverter.GetBytes(instruction.Instruction.Bits)[..length]);
            blinky.Vm.Step();
        }
        Assert.StartsWith("csrrw zero, 0x", blinky.Vm.Disassemble(0x30529073, 0), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupt_comes_before_the_handlers_first_instruction_and_a_device_access_behind_the_instruction_that_made_it()
    {
        var (_, trace) = await BlinkAsync(Everything);
        for (var i = 0; i < trace.Count; i++)
        {
            var happened = trace[i];
            if (happened is { Kind: TraceEventKind.Trap, Trap.Kind: TrapKind.Interrupt or TrapKind.Return }) Assert.Equal((TraceEventKind.Instruction, happened.Trap.To), (trace[i + 1].Kind, trace[i + 1].Pc));
            if (happened is { Kind: TraceEventKind.Trap, Trap.Kind: TrapKind.Exception or TrapKind.Return }) Assert.Equal((TraceEventKind.Instruction, happened.Trap.From), (trace[i - 1].Kind, trace[i - 1].Pc));
            if (happened.Kind is TraceEventKind.Read or TraceEventKind.Write) Assert.Equal((TraceEventKind.Instruction, happened.Pc), (trace[i - 1].Kind, trace[i - 1].Pc));
        }
    }

    [Fact]
    public async Task What_is_written_to_the_serial_port_in_the_trace_is_what_came_out_of_it()
    {
        var (end, trace) = await BlinkAsync(TraceEvents.Devices);
        var written = trace.Where(e => e is { Kind: TraceEventKind.Write, Device: "uart0", Offset: 0, Width: AccessWidth.Byte }).Select(e => (char)e.Value);
        Assert.EndsWith(end.Text, string.Concat(written), StringComparison.Ordinal); // before the text the port is set up
        Assert.DoesNotContain(trace, e => e.Kind is TraceEventKind.Trap or TraceEventKind.Instruction);
    }

    [Fact]
    public async Task Translated_code_tells_the_same_traps_and_accesses_at_the_same_times_as_interpreted()
    {
        var (_, interpreted) = await BlinkAsync(TraceEvents.Traps | TraceEvents.Devices, engine: "interpreter");
        var (_, translated) = await BlinkAsync(TraceEvents.Traps | TraceEvents.Devices, engine: "eager-translator");
        Assert.Equal(interpreted, translated);
    }

    [Fact]
    public async Task A_filter_takes_what_one_function_does_at_one_device()
    {
        var (_, trace) = await BlinkAsync(Everything, "gpio_drive", ["gpio0"]);
        using var blinky = new RiscVMachine(_scheduler, "blinky-counter");
        var function = blinky.Vm.Symbols.FindByName("gpio_drive")!.Value;
        Assert.All(trace, e => Assert.InRange(e.Pc, function.Address, function.Address + function.LengthBytes - 1));
        Assert.Equal([8, 0, 8, 0, 8], trace.Where(e => e is { Kind: TraceEventKind.Write, Device: "gpio0" }).Select(e => (int)e.Value));
    }

    [Fact]
    public void Devices_of_a_core_that_tells_nothing_are_traced_all_the_same()
    {
        using var bench = new Bench(new TinyProgram().Poke(Bench.Alarm + 0x10, 1).Load(1, Bench.Alarm + 0x18).Wait()).Build();
        using var trace = VmTrace.TryBegin(bench.Vm, new TraceFilter { Events = TraceEvents.Devices })!;
        bench.Vm.Start();
        bench.Scheduler.Turn();
        Assert.Equal(
            [(TraceEventKind.Write, "alarm", 0x10u, 1ul), (TraceEventKind.Read, "alarm", 0x18u, 0ul)],
            Read(trace).Select(e => (e.Kind, e.Device!, e.Offset, e.Value)));
        Assert.Contains("core.tiny", Assert.Throws<NotSupportedException>(() => VmTrace.TryBegin(bench.Vm, new TraceFilter())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_trace_is_refused_and_after_the_first_the_guest_reaches_its_devices_itself_again()
    {
        using var bench = new Bench(new TinyProgram().Load(1, Bench.Alarm + 0x18).Jump(TinyProgram.Start)).Start();
        var filter = new TraceFilter { Events = TraceEvents.Devices };
        var first = VmTrace.TryBegin(bench.Vm, filter)!;
        Assert.Null(VmTrace.TryBegin(bench.Vm, filter));
        bench.Scheduler.Turn(1000);
        first.Dispose();
        var before = Read(first).Count;
        Assert.True(before > 0);
        bench.Scheduler.Turn(1000);
        Assert.Empty(Read(first));
        using var second = VmTrace.TryBegin(bench.Vm, filter);
        Assert.NotNull(second);
    }

    [Fact]
    public void A_guest_waits_for_a_reader_but_not_for_ever_and_what_is_missing_is_counted()
    {
        using var bench = new Bench(new TinyProgram().Load(1, Bench.Alarm + 0x18).Jump(TinyProgram.Start)).Start();
        using var trace = VmTrace.TryBegin(bench.Vm, new TraceFilter { Events = TraceEvents.Devices })!;
        while (bench.Scheduler.Turn().IsReady) { }
        var heldAt = bench.Vm.DeviceAccesses.Single().Reads;
        Assert.InRange(heldAt, 1, TraceBuffer.Capacity);
        Assert.False(bench.Scheduler.Turn().IsReady);
        Assert.Equal(heldAt, bench.Vm.DeviceAccesses.Single().Reads);

        bench.Time.Advance((long)trace.Filter.Patience.TotalNanoseconds);
        bench.Scheduler.Turn();
        var reads = bench.Vm.DeviceAccesses.Single().Reads;
        Assert.True(reads > TraceBuffer.Capacity);

        var events = Read(trace);
        Assert.Equal(TraceBuffer.Capacity + 1, events.Count);
        Assert.Equal((TraceEventKind.Lost, (ulong)(reads - TraceBuffer.Capacity)), (events[^1].Kind, events[^1].Value));
        Assert.True(bench.Scheduler.Turn(1000).IsReady);
        Assert.NotEmpty(Read(trace));
    }

    [Fact]
    public void A_guest_whose_trace_must_be_whole_waits_as_long_as_it_takes()
    {
        using var bench = new Bench(new TinyProgram().Load(1, Bench.Alarm + 0x18).Jump(TinyProgram.Start)).Start();
        using var trace = VmTrace.TryBegin(bench.Vm, new TraceFilter { Events = TraceEvents.Devices, Patience = TraceFilter.Unhurried })!;
        while (bench.Scheduler.Turn().IsReady) { }
        var heldAt = bench.Vm.DeviceAccesses.Single().Reads;
        bench.Time.Advance((long)TimeSpan.FromHours(1).TotalNanoseconds);
        Assert.False(bench.Scheduler.Turn().IsReady);
        Assert.Equal(heldAt, bench.Vm.DeviceAccesses.Single().Reads);

        Assert.Equal(heldAt, Read(trace).Count);
        bench.Scheduler.Turn(1000);
        Assert.NotEmpty(Read(trace));
    }

    [Fact]
    public async Task Pause_stop_and_deletion_are_as_without_a_trace_and_its_end_says_why()
    {
        using var idle = new RiscVMachine(_scheduler, "idle");
        using var trace = VmTrace.TryBegin(idle.Vm, new TraceFilter { Events = Everything })!;
        idle.Vm.Start();
        var reading = ReadAllAsync(trace);
        await idle.ReadUntilAsync("idle on rv64");
        await idle.Vm.PauseAsync();
        using var saved = new MemoryStream();
        idle.Vm.SaveSnapshot(saved);
        idle.Vm.Resume();
        Assert.Null(trace.End);
        idle.Vm.Stop();
        Assert.NotEmpty(await reading.WaitAsync(Patience));
        Assert.Equal("the VM is stopped", trace.End);
        idle.Vm.Dispose();
        trace.Dispose();
    }

    [Theory]
    [InlineData("insns", null, null, "events", "instructions, traps, devices")]
    [InlineData(null, "nowhere", null, "pc", "0x80000000-0x80000fff")]
    [InlineData(null, "0x2-0x1", null, "pc", "ends before")]
    [InlineData(null, null, "gpio", "device", "did you mean 'gpio0'?")]
    [InlineData("traps", null, "gpio0", "device", "add 'devices'")]
    public void A_filter_that_means_nothing_is_refused_with_what_would(string? events, string? pc, string? device, string option, string hint)
    {
        using var idle = new RiscVMachine(_scheduler, "idle");
        var refused = Assert.Throws<OptionException>(() => TraceFilter.Parse(idle.Vm, events, pc, device is null ? [] : [device]));
        Assert.Equal(option, refused.Option);
        Assert.Contains(hint, refused.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_ends_at_its_limit_and_says_so()
    {
        using var blinky = new RiscVMachine(_scheduler, "blinky-counter");
        using var trace = VmTrace.TryBegin(blinky.Vm, new TraceFilter())!;
        blinky.Vm.Start();
        using var file = new MemoryStream();
        var summary = await new TraceRecorder(trace, new TraceText(blinky.Vm)) { Limit = 10 }.WriteToAsync(file, CancellationToken.None).WaitAsync(Patience);
        Assert.Equal(10, summary.Events);
        var lines = Encoding.UTF8.GetString(file.ToArray()).TrimEnd().Split('\n');
        Assert.Equal(10, lines.Count(line => line[0] != '#'));
        Assert.Contains("after 10 events", lines[0], StringComparison.Ordinal);
        Assert.Equal("# 10 events, 0 lost; ended: the limit of 10 events is reached", lines[^1]);
    }

    // Five beats of a blinking light, deterministically, and what can be seen of the machine afterwards.
    private async Task<(Outcome End, List<TraceEvent> Trace)> BlinkAsync(TraceEvents events, string? pc = null, string[]? devices = null, string? engine = null)
    {
        using var blinky = new RiscVMachine(_scheduler, "blinky-counter", Deterministic, prepare: RiscVMachine.Parameters((0, 1), (1, 5)), engine: engine);
        using var trace = events == TraceEvents.None ? null : VmTrace.TryBegin(blinky.Vm, TraceFilter.Parse(blinky.Vm, null, pc, devices ?? []) with { Events = events, Patience = TraceFilter.Unhurried });
        blinky.Vm.Start();
        var seen = trace is null ? [] : await ReadAllAsync(trace).WaitAsync(Patience);
        var status = await blinky.Vm.WaitForAsync(status => status.State is VmState.Stopped or VmState.Faulted).WaitAsync(Patience);
        Assert.Equal(0, status.ExitCode);
        var memory = new byte[blinky.Vm.Memory.Regions[0].LengthBytes];
        Assert.True(blinky.Vm.Memory.TryRead(blinky.Vm.Memory.Regions[0].Start, memory));
        var core = blinky.Vm.DebuggableCores[0];
        var registers = string.Join(' ', Enumerable.Range(0, core.Registers.Count).Select(core.ReadRegister));
        return (new Outcome(blinky.ReadAll(), blinky.Vm.Statistics.Instructions, blinky.Vm.GuestTimeNs, registers, Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(memory))), seen);
    }

    private static async Task<List<TraceEvent>> ReadAllAsync(VmTrace trace)
    {
        var all = new List<TraceEvent>();
        while (await trace.ReadAsync(CancellationToken.None) is { } events) all.AddRange(events);
        return all;
    }

    // What has come so far.
    private static IReadOnlyList<TraceEvent> Read(VmTrace trace)
    {
        using var now = new CancellationTokenSource();
        var reading = trace.ReadAsync(now.Token).AsTask();
        if (!reading.IsCompleted) now.Cancel();
        return reading.IsCompletedSuccessfully ? reading.Result ?? [] : [];
    }

    private sealed record Outcome(string Text, long Instructions, long GuestNs, string Registers, string Memory);
}
