// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Builds a machine from its blueprint: memory, cores, devices, windows, wires. Frees everything again when one step fails.</summary>
internal sealed class MachineAssembly(
    MachineBlueprint blueprint, IPluginCatalog plugins, IPortProvider ports, HostTime host, VmLog log, IFaultSink faults, IMachineControl control)
{
    private readonly List<MachinePart<ICore>> _cores = [];
    private readonly List<MachinePart<IDevice>> _devices = [];
    private readonly List<DeviceContext> _contexts = [];
    private readonly List<BusWindow> _windows = [];
    private readonly List<IDisposable> _leases = [];
    private readonly Dictionary<Type, object> _shared = []; // what devices of one machine have in common
    private readonly Dictionary<string, InterruptInput> _inputs = new(StringComparer.Ordinal); // by target/input

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
            foreach (var device in blueprint.Devices) AddDevice(device, memory, clock);
            foreach (var (device, context) in blueprint.Devices.Zip(_contexts)) Wire(device, context);
            foreach (var context in _contexts) context.ForgetOutputs();
            bus.Connect(_windows);
            machine = new Machine(blueprint, memory, bus, clock, _cores, _devices, _contexts, _leases)
            {
                DeviceTree = DeviceTreeImage.TryBuild(blueprint, _cores, _devices),
                Ports = ports,
                Inputs = [.. _inputs.Values],
            };
            machine.PowerOn();
            return machine;
        }
        catch
        {
            (machine ?? new Machine(blueprint, memory, null!, null!, _cores, _devices, _contexts, _leases)).Dispose();
            throw;
        }
    }

    private void Check()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var device in blueprint.Devices)
        {
            if (!names.Add(device.Name)) throw new MachineException($"device {device.Name}", "there are two of this name");
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
        var name = $"cpu{index}";
        var lease = plugins.FindCore(blueprint.CorePlugin)
            ?? throw new MachineException($"core {name}", $"no core plugin '{blueprint.CorePlugin}' is loaded");
        _leases.Add(lease);
        var info = new ComponentInfo(name, lease.Id, lease.Version);
        var context = new CoreContext(
            name, index, new ComponentOptions($"core {name}", blueprint.CoreOptions), memory, bus,
            new ComponentClock(clock, info), IsDeterministic, control, ports, IsDeterministic ? null : host);
        _cores.Add(new MachinePart<ICore>(info, Make(info, () => lease.Plugin.Create(context))));
    }

    private void AddDevice(DeviceBlueprint device, GuestMemory memory, GuestClock clock)
    {
        var lease = plugins.FindDevice(device.Plugin)
            ?? throw new MachineException($"device {device.Name}", $"no device plugin '{device.Plugin}' is loaded");
        _leases.Add(lease);
        var info = new ComponentInfo(device.Name, lease.Id, lease.Version);
        var context = new DeviceContext(
            info, new ComponentOptions($"device {device.Name}", device.Options), new ComponentClock(clock, info), memory,
            new UnassignedAccess(device.Name, log), control, ports, _shared, IsDeterministic ? null : host, SeedOf(device));
        _contexts.Add(context);
        var part = Make(info, () => lease.Plugin.Create(context));
        _devices.Add(new MachinePart<IDevice>(info, part));
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
            _windows.Add(new BusWindow(at, mmio, info, context.UnassignedAccess));
        }
        else if (device.At is not null)
        {
            throw new MachineException($"device {device.Name}", $"{device.Plugin} has no registers, so it cannot stand at an address");
        }
    }

    private static TPart Make<TPart>(ComponentInfo info, Func<TPart> create)
    {
        try
        {
            return create();
        }
        catch (Exception exception) when (exception is not (OptionException or MachineException))
        {
            throw new MachineException(info.ToString(), $"cannot be made: {exception.GetType().Name}: {exception.Message}");
        }
    }

    private void Wire(DeviceBlueprint device, DeviceContext context)
    {
        foreach (var wire in device.Wires)
        {
            if (!context.Outputs.TryGetValue(wire.Output, out var output))
            {
                var known = context.Outputs.Count == 0 ? "it has none" : $"it has {string.Join(", ", context.Outputs.Keys.Order(StringComparer.Ordinal))}";
                throw new MachineException($"wire {device.Name}/{wire.Output}", $"the device has no such output; {known}");
            }
            output.WireTo(FindInput(device, wire));
        }
    }

    private InterruptInput FindInput(DeviceBlueprint device, WireSpec wire)
    {
        var name = $"{wire.Target}/{wire.Input}";
        if (_inputs.TryGetValue(name, out var input)) return input;
        var line = FindLine(device, wire)
            ?? throw new MachineException($"wire {device.Name}/{wire.Output}", $"'{wire.Target}' has no input '{wire.Input}'");
        return _inputs[name] = new InterruptInput(line);
    }

    private IInterruptLine? FindLine(DeviceBlueprint device, WireSpec wire)
    {
        var core = _cores.FirstOrDefault(part => part.Info.Name == wire.Target);
        if (core is not null) return core.Part.FindInput(wire.Input);
        return _devices.FirstOrDefault(part => part.Info.Name == wire.Target)?.Part switch
        {
            IInterruptController controller => int.TryParse(wire.Input, out var number) ? controller.FindInput(number) : null,
            null => throw new MachineException($"wire {device.Name}/{wire.Output}", $"there is no '{wire.Target}' in this machine"),
            _ => throw new MachineException($"wire {device.Name}/{wire.Output}", $"'{wire.Target}' is not an interrupt controller"),
        };
    }
}
