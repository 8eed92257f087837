// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>Traces of Cortex-M guests.</summary>
public sealed class TracedMachineTests
{
    private const string Micropython = "/usr/share/firmware-microbit-micropython/firmware.hex";
    private const string Prompt = "\n>>> ";
    private const TraceEvents Everything = TraceEvents.Instructions | TraceEvents.Traps | TraceEvents.Devices;

    [Fact]
    public async Task A_Thumb_kernel_runs_the_same_traced_and_every_instruction_is_in_the_trace_with_its_function()
    {
        using var alone = new OurMachine("mps2-an385", FirmwareImages.Mps2Kernel("lz"), coreOptions: ("semihosting", "true"));
        var said = alone.RunToEnd();
        using var traced = new OurMachine("mps2-an385", FirmwareImages.Mps2Kernel("lz"), coreOptions: ("semihosting", "true"));
        using var trace = VmTrace.TryBegin(traced.Vm, new TraceFilter { Events = Everything, Patience = TraceFilter.Unhurried })!;
        var counting = CountAsync(traced.Vm, trace);
        Assert.Equal(said, traced.RunToEnd());
        Assert.Equal((alone.Vm.Statistics.Instructions, alone.Vm.GuestTimeNs), (traced.Vm.Statistics.Instructions, traced.Vm.GuestTimeNs));
        var (instructions, functions, length) = await counting;
        Assert.Equal(alone.Vm.Statistics.Instructions, instructions);
        Assert.Contains("kernel_run", functions);
        Assert.Equal([2, 4], length.Order());
    }

    [FactWithFile(Micropython)]
    public async Task MicroPythons_interrupts_come_with_their_returns_and_what_it_writes_to_a_pin_is_there()
    {
        const uint set = 0x508, pad0 = 1 << 3;
        using var machine = new OurMachine("microbit", Micropython, new TestPorts(new FakeRegisters(0x1D)));
        await machine.ConverseAsync((">>> ", "from microbit import *\r"), (Prompt, ""));
        using var trace = VmTrace.TryBegin(machine.Vm, new TraceFilter { Patience = TraceFilter.Unhurried })!;
        var reading = ReadAllAsync(trace);
        await machine.AskAsync("pin0.write_digital(1)", Prompt);
        trace.Dispose();
        var events = await reading;

        Assert.Contains(events, e => e is { Kind: TraceEventKind.Write, Device: "gpio0", Offset: set, Value: pad0, Width: AccessWidth.Word });
        Assert.Contains(events, e => e is { Kind: TraceEventKind.Read, Device: "uart0" });
        var traps = events.Where(e => e.Kind == TraceEventKind.Trap).Select(e => e.Trap).ToArray();
        Assert.Contains(traps, trap => trap is { Kind: TrapKind.Interrupt, Name: "IRQ2", Cause: 18 }); // the UART's, by the board's wiring
        var depth = 0;
        foreach (var trap in traps.SkipWhile(trap => trap is not { Kind: TrapKind.Return, Name: "to thread" })) // it may have begun in the middle of several
        {
            if (trap.Kind != TrapKind.Return) depth++;
            else depth = trap.Name == "to thread" ? 0 : depth - 1;
            Assert.InRange(depth, 0, 4); // as many as there are priorities
        }
    }

    [FactWithFile(Micropython)]
    public async Task The_first_instruction_behind_an_interrupt_is_its_handlers_on_Cortex_M_too()
    {
        using var machine = new OurMachine("microbit", Micropython, new TestPorts(new FakeRegisters(0x1D)));
        await machine.ConverseAsync((">>> ", ""));
        using var trace = VmTrace.TryBegin(machine.Vm, new TraceFilter { Events = Everything, Patience = TraceFilter.Unhurried })!;
        var reading = ReadAllAsync(trace);
        await machine.AskAsync("1", Prompt);
        trace.Dispose();
        var events = await reading;
        // How many there are is the host's affair: ticks that come due while the guest is held up by its trace are served as one.
        var kinds = new HashSet<TrapKind>();
        for (var i = 1; i + 1 < events.Count; i++)
        {
            if (events[i].Kind != TraceEventKind.Trap) continue;
            // Of several one upon the other only the last runs.
            if (events[i + 1].Kind == TraceEventKind.Instruction) Assert.Equal(events[i].Trap.To, events[i + 1].Pc);
            if (events[i].Trap.Kind == TrapKind.Return && events[i - 1].Kind != TraceEventKind.Lost) Assert.Equal((TraceEventKind.Instruction, events[i].Trap.From), (events[i - 1].Kind, events[i - 1].Pc));
            kinds.Add(events[i].Trap.Kind);
        }
        Assert.True(kinds.IsSupersetOf([TrapKind.Interrupt, TrapKind.Return]), $"{string.Join(", ", kinds)} among {events.Count} events, {events.Count(e => e.Kind == TraceEventKind.Lost)} losses");
    }

    private static async Task<(long Instructions, HashSet<string> Functions, HashSet<int> LengthsBytes)> CountAsync(VirtualMachine vm, VmTrace trace)
    {
        var (instructions, functions, lengths) = (0L, new HashSet<string>(), new HashSet<int>());
        while (await trace.ReadAsync(CancellationToken.None) is { } events)
        {
            foreach (var happened in events)
            {
                if (happened.Kind != TraceEventKind.Instruction) continue;
                instructions++;
                lengths.Add(happened.Instruction.LengthBytes);
                functions.Add(vm.Symbols.Locate(happened.Pc).Name);
            }
        }
        return (instructions, functions, lengths);
    }

    private static async Task<List<TraceEvent>> ReadAllAsync(VmTrace trace)
    {
        var all = new List<TraceEvent>();
        while (await trace.ReadAsync(CancellationToken.None) is { } events) all.AddRange(events);
        return all;
    }
}
