// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Which events a trace takes, and how much it may hold the guest up for them.</summary>
public sealed record TraceFilter
{
    /// <summary>For who would rather have the guest wait than lose an event: nothing takes so long.</summary>
    public static readonly TimeSpan Unhurried = TimeSpan.FromDays(1);

    /// <summary>The kinds.</summary>
    public TraceEvents Events { get; init; } = TraceEvents.Traps | TraceEvents.Devices;

    /// <summary>Only what instructions from this address on do.</summary>
    public ulong FirstPc { get; init; }

    /// <summary>… and up to this one.</summary>
    public ulong LastPc { get; init; } = ulong.MaxValue;

    /// <summary>The devices whose accesses are taken; empty: all.</summary>
    public IReadOnlyCollection<string> Devices { get; init; } = [];

    /// <summary>How long a guest waits for a reader that does not keep up, before events are lost.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether it takes this kind.</summary>
    public bool Takes(TraceEvents kind) => (Events & kind) != 0;

    /// <summary>Whether it takes what an instruction does.</summary>
    public bool TakesPc(ulong pc) => pc - FirstPc <= LastPc - FirstPc;

    /// <summary>Whether it takes accesses of a device.</summary>
    public bool TakesDevice(string name) => Takes(TraceEvents.Devices) && (Devices.Count == 0 || Devices.Contains(name));

    /// <summary>Reads what somebody wrote.</summary>
    /// <param name="vm">The VM that it is for.</param>
    /// <param name="events"><c>instructions,traps,devices</c>, or some of them; null: as by default.</param>
    /// <param name="pc"><c>FROM-TO</c>, one address, or a function; null: everywhere.</param>
    /// <param name="devices">Names of devices.</param>
    /// <exception cref="OptionException">Something of it means nothing.</exception>
    public static TraceFilter Parse(VirtualMachine vm, string? events, string? pc, IReadOnlyCollection<string> devices)
    {
        var filter = new TraceFilter { Devices = devices };
        if (events is not null) filter = filter with { Events = ParseEvents(events) };
        if (pc is not null) filter = WithPc(filter, vm, pc);
        var known = vm.DeviceAccesses.Select(device => device.Device).ToArray();
        foreach (var device in devices)
        {
            if (!known.Contains(device)) throw Wrong("device", $"there is no device '{device}' with registers: {Spelling.Hint(device, known)}there are {string.Join(", ", known)}");
        }
        return devices.Count == 0 || filter.Takes(TraceEvents.Devices)
            ? filter
            : throw Wrong("device", "accesses of devices are not among the events: add 'devices' to them");
    }

    private static TraceEvents ParseEvents(string text)
    {
        var events = TraceEvents.None;
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            events |= word switch
            {
                "instructions" => TraceEvents.Instructions,
                "traps" => TraceEvents.Traps,
                "devices" => TraceEvents.Devices,
                _ => throw Wrong("events", $"'{word}' is none: there are instructions, traps, devices"),
            };
        }
        return events == TraceEvents.None ? throw Wrong("events", "there are none: name some of instructions, traps, devices") : events;
    }

    private static TraceFilter WithPc(TraceFilter filter, VirtualMachine vm, string text)
    {
        if (vm.Symbols.FindByName(text) is { } symbol)
            return filter with { FirstPc = symbol.Address, LastPc = symbol.Address + Math.Max(symbol.LengthBytes, 1) - 1 };
        var ends = text.Split('-', 2);
        if (!TryParseAddress(ends[0], out var first) || !TryParseAddress(ends[^1], out var last))
            throw Wrong("pc", $"'{text}' is neither addresses such as 0x80000000-0x80000fff nor a function of the firmware");
        return first <= last ? filter with { FirstPc = first, LastPc = last } : throw Wrong("pc", $"'{text}' ends before it begins");
    }

    private static bool TryParseAddress(string text, out ulong address)
    {
        var ok = Quantity.TryParseInteger(text, out var value) && (value >= 0 || text.StartsWith("0x", StringComparison.OrdinalIgnoreCase));
        address = (ulong)value;
        return ok;
    }

    private static OptionException Wrong(string option, string problem) => new("trace", option, problem);
}
