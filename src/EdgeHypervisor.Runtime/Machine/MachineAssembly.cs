// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Runtime;

/// <summary>Builds a machine from its blueprint: memory, cores, devices, windows, wires. Frees everything again when one step fails.</summary>
internal sealed class MachineAssembly(
    MachineBlueprint blueprint, IPluginCatalog plugins, IPortProvider ports, HostTime host, VmLog log, IFaultSink faults, IMachineControl control)
{
    private MachinePart<ICore>[] _cores = [];
    private MachinePart<IDevice>[] _devices = [];
    private DeviceContext[] _contexts = [];
    private BusWindow[] _windows = [];
    private IDisposable[] _leases = [];
    private InterruptInput[] _inputs = [];
    private readonly SharedParts _shared = new();

    private bool IsDeterministic => blueprint.Clock.Mode == ClockMode.Deterministic;

    /// <summary>Builds it, with firmware loaded, in its reset state.</summary>
    /// <param name="deadlineMovedForward">Called when a timer is set for earlier than the running slice was cut to.</param>
    /// <exception cref="MachineException">The blueprint does not fit together; <see cref="OptionException"/>: an option does not.</exception>
    public Machine Build(Action deadlineMovedForward)
    {
        Check();
        var memory = new GuestMemory(blueprint.Regions);
        Machine? machine = null;
        try
        {
            var bus = new SystemBus(memory, faults, log);
            var clock = new GuestClock(blueprint.Clock, host, faults, deadlineMovedForward);
            for (var i = 0; i < blueprint.CoreCount; i++) AddCore(i, memory, bus, clock);
            for (var i = 0; i < blueprint.Devices.Count; i++) AddDevice(blueprint.Devices[i], memory, clock);
            for (var i = 0; i < _contexts.Length; i++) Wire(blueprint.Devices[i], _contexts[i]);
            foreach (var context in _contexts) context.ForgetOutputs();
            bus.Connect(_windows);
            machine = new Machine(blueprint, memory, bus, clock, _cores, _devices, _leases)
            {
                DeviceTree = DeviceTreeImage.TryBuild(blueprint, _cores, _devices),
                Ports = ports,
                Inputs = _inputs,
            };
            machine.PowerOn();
            return machine;
        }
        catch
        {
            (machine ?? new Machine(blueprint, memory, null!, null!, _cores, _devices, _leases)).Dispose();
            throw;
        }
    }

    private void Check()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < blueprint.Devices.Count; i++)
        {
            var name = blueprint.Devices[i].Name;
            if (!names.Add(name)) throw new MachineException($"device {name}", "there are two of this name");
        }
        if (blueprint.Regions.Count == 0) throw new MachineException("memory", "a machine needs at least one region");
        if (blueprint.CoreCount is < 1 or > 64) throw new MachineException("core", $"count {blueprint.CoreCount} is not from 1 to 64");
        if (blueprint.Clock.InstructionNs is < 1 or > 1_000_000_000)
            throw new MachineException("clock", $"instructionNs {blueprint.Clock.InstructionNs} is not from 1 to 1000000000");
        if (blueprint.Scheduling.Weight is < 1 or > 10_000)
            throw new MachineException("scheduling", $"weight {blueprint.Scheduling.Weight} is not from 1 to 10000");
        if (blueprint.Scheduling.CapPercent is < 1 or > 6400)
            throw new MachineException("scheduling", $"capPercent {blueprint.Scheduling.CapPercent} is not from 1 to 6400");
    }

    private void AddCore(int index, GuestMemory memory, SystemBus bus, GuestClock clock)
    {
        var name = "cpu" + index.ToString(CultureInfo.InvariantCulture);
        var lease = plugins.FindCore(blueprint.CorePlugin)
            ?? throw new MachineException($"core {name}", $"no core plugin '{blueprint.CorePlugin}' is loaded");
        Append(ref _leases, lease);
        var info = new ComponentInfo(name, lease.Id, lease.Version);
        var context = new CoreContext(
            name, index, new ComponentOptions($"core {name}", blueprint.CoreOptions), memory, bus,
            new ComponentClock(clock, info), IsDeterministic, control, ports, IsDeterministic ? null : host);
        Append(ref _cores, new MachinePart<ICore>(info, Make(info, lease.Plugin, context)));
    }

    private void AddDevice(DeviceBlueprint device, GuestMemory memory, GuestClock clock)
    {
        var lease = plugins.FindDevice(device.Plugin)
            ?? throw new MachineException($"device {device.Name}", $"no device plugin '{device.Plugin}' is loaded");
        Append(ref _leases, lease);
        var info = new ComponentInfo(device.Name, lease.Id, lease.Version);
        var context = new DeviceContext(
            info, new ComponentOptions($"device {device.Name}", device.Options), new ComponentClock(clock, info), memory,
            new UnassignedAccess(device.Name, log), control, ports, _shared, IsDeterministic ? null : host, SeedOf(device));
        Append(ref _contexts, context);
        var part = Make(info, lease.Plugin, context);
        Append(ref _devices, new MachinePart<IDevice>(info, part));
        AddWindow(device, part, info, context);
    }

    /// <summary>Fixed for a deterministic VM by its own name and the device's, so that no two draw the same.</summary>
    private ReadOnlyMemory<byte> SeedOf(DeviceBlueprint device) =>
        IsDeterministic ? System.Text.Encoding.UTF8.GetBytes($"{blueprint.Name}/{device.Name}") : default;

    private void AddWindow(DeviceBlueprint device, IDevice part, ComponentInfo info, DeviceContext context)
    {
        if (part is IMmioDevice mmio)
        {
            var at = device.At ?? throw new MachineException($"device {device.Name}", "it has registers, so it needs an address: say 'at'");
            Append(ref _windows, new BusWindow(at, mmio, info, context.UnassignedAccess));
        }
        else if (device.At is not null)
        {
            throw new MachineException($"device {device.Name}", $"{device.Plugin} has no registers, so it cannot stand at an address");
        }
    }

    private static ICore Make(ComponentInfo info, ICorePlugin plugin, CoreContext context)
    {
        try
        {
            return plugin.Create(context);
        }
        catch (Exception exception) when (exception is not (OptionException or MachineException))
        {
            throw CannotBeMade(info, exception);
        }
    }

    private static IDevice Make(ComponentInfo info, IDevicePlugin plugin, DeviceContext context)
    {
        try
        {
            return plugin.Create(context);
        }
        catch (Exception exception) when (exception is not (OptionException or MachineException))
        {
            throw CannotBeMade(info, exception);
        }
    }

    private static MachineException CannotBeMade(ComponentInfo info, Exception exception) =>
        new(info.ToString(), $"cannot be made: {exception.GetType().Name}: {exception.Message}");

    private static void Append<T>(ref T[] items, T item)
    {
        Array.Resize(ref items, items.Length + 1);
        items[^1] = item;
    }

    private void Wire(DeviceBlueprint device, DeviceContext context)
    {
        for (var i = 0; i < device.Wires.Count; i++)
        {
            var wire = device.Wires[i];
            var output = context.FindOutput(wire.Output) ?? throw HasNoOutput(context, wire.Output);
            output.WireTo(FindInput(device, wire));
        }
    }

    private static MachineException HasNoOutput(DeviceContext context, string name)
    {
        var known = context.Outputs.Length == 0
            ? "it has none"
            : $"it has {string.Join(", ", context.Outputs.Select(output => output.Name).Order(StringComparer.Ordinal))}";
        return new MachineException($"wire {context.Name}/{name}", $"the device has no such output; {known}");
    }

    private InterruptInput FindInput(DeviceBlueprint device, WireSpec wire)
    {
        foreach (var known in _inputs)
        {
            if (known.IsEndOf(wire)) return known;
        }
        var line = FindLine(device, wire)
            ?? throw new MachineException($"wire {device.Name}/{wire.Output}", $"'{wire.Target}' has no input '{wire.Input}'");
        var input = new InterruptInput(wire.Target, wire.Input, line);
        Append(ref _inputs, input);
        return input;
    }

    private IInterruptLine? FindLine(DeviceBlueprint device, WireSpec wire)
    {
        foreach (var core in _cores)
        {
            if (core.Info.Name == wire.Target) return core.Part.FindInput(wire.Input);
        }
        foreach (var other in _devices)
        {
            if (other.Info.Name != wire.Target) continue;
            if (other.Part is not IInterruptController controller)
                throw new MachineException($"wire {device.Name}/{wire.Output}", $"'{wire.Target}' is not an interrupt controller");
            return int.TryParse(wire.Input, out var number) ? controller.FindInput(number) : null;
        }
        throw new MachineException($"wire {device.Name}/{wire.Output}", $"there is no '{wire.Target}' in this machine");
    }
}
