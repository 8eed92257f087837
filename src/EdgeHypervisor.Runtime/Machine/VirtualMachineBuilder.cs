// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>
/// Puts a VM together, as a script: memory, core, devices, firmware, and where it runs. The VM starts paused.
/// </summary>
/// <example>
/// <code>
/// var vm = new VirtualMachineBuilder("node-7", scheduler, plugins)
///     .Memory(at: 0x8000_0000, bytes: 32 &lt;&lt; 20)
///     .Core("core.riscv", ("isa", "rv32imac"))
///     .Device("plic", "device.riscv.plic", at: 0x0c00_0000, wires: [("context0", "cpu0/meip")])
///     .Device("uart0", "device.uart.16550", at: 0x1000_0000, irq: "plic/10")
///     .Firmware("firmware-images/hello.elf")
///     .Build();
/// </code>
/// </example>
/// <param name="name">The VM's name.</param>
/// <param name="scheduler">Who gives it turns.</param>
/// <param name="plugins">Where its cores and devices come from.</param>
public sealed class VirtualMachineBuilder(string name, VmScheduler scheduler, IPluginCatalog plugins)
{
    private MachineBlueprint _blueprint = new() { Name = name, Regions = [], CorePlugin = "" };
    private IPortProvider? _ports;
    private TimeProvider _time = TimeProvider.System;
    private VmLog? _log;

    /// <summary>Begins with a blueprint instead of an empty machine; further calls add to it.</summary>
    public static VirtualMachineBuilder From(MachineBlueprint blueprint, VmScheduler scheduler, IPluginCatalog plugins) =>
        new(blueprint.Name, scheduler, plugins) { _blueprint = blueprint };

    /// <summary>Adds RAM, or ROM.</summary>
    public VirtualMachineBuilder Memory(ulong at, ulong bytes, string name = "ram", bool readOnly = false)
    {
        _blueprint = _blueprint with { Regions = [.. _blueprint.Regions, new RegionLayout(name, at, bytes, readOnly)] };
        return this;
    }

    /// <summary>Says which plugin makes the cores, and with which options.</summary>
    public VirtualMachineBuilder Core(string plugin, params ReadOnlySpan<(string Name, string Value)> options)
    {
        _blueprint = _blueprint with { CorePlugin = plugin, CoreOptions = ToDictionary(options) };
        return this;
    }

    /// <summary>Says how many cores there are.</summary>
    public VirtualMachineBuilder Cores(int count)
    {
        _blueprint = _blueprint with { CoreCount = count };
        return this;
    }

    /// <summary>Adds a device.</summary>
    /// <param name="name">Its name in the machine.</param>
    /// <param name="plugin">The plugin that makes it.</param>
    /// <param name="at">Where its window begins; null for a device without registers.</param>
    /// <param name="irq">Where its output <c>irq</c> leads, when it has just that one: <c>plic/10</c>.</param>
    /// <param name="options">Its options.</param>
    /// <param name="wires">Where its outputs lead, ranges allowed: <c>("irq0..31", "plic/32..63")</c>.</param>
    /// <exception cref="MachineException">A wire is not written as one.</exception>
    public VirtualMachineBuilder Device(
        string name, string plugin, ulong? at = null, string? irq = null,
        ReadOnlySpan<(string Name, string Value)> options = default, ReadOnlySpan<(string Output, string To)> wires = default)
    {
        var parsed = new List<WireSpec>();
        if (irq is not null) parsed.AddRange(WireSpec.Parse(name, "irq", irq));
        foreach (var (output, to) in wires) parsed.AddRange(WireSpec.Parse(name, output, to));
        return Device(new DeviceBlueprint { Name = name, Plugin = plugin, At = at, Options = ToDictionary(options), Wires = parsed });
    }

    /// <summary>Adds a device.</summary>
    public VirtualMachineBuilder Device(DeviceBlueprint device)
    {
        _blueprint = _blueprint with { Devices = [.. _blueprint.Devices, device] };
        return this;
    }

    /// <summary>Reads the firmware: an ELF file, or raw bytes for the beginning of the first memory.</summary>
    /// <exception cref="FirmwareException">It cannot be read or loaded.</exception>
    public VirtualMachineBuilder Firmware(string path) =>
        Firmware(FirmwareImage.Load(path, _blueprint.Regions.Count == 0 ? 0 : _blueprint.Regions.Min(region => region.Start)));

    /// <summary>Says what it runs.</summary>
    public VirtualMachineBuilder Firmware(FirmwareImage image)
    {
        _blueprint = _blueprint with { Firmware = image };
        return this;
    }

    /// <summary>Loads more into memory: a device tree, a kernel, an initial file system.</summary>
    public VirtualMachineBuilder Image(ulong at, ReadOnlyMemory<byte> bytes)
    {
        _blueprint = _blueprint with { Images = [.. _blueprint.Images, new FirmwareSegment(at, bytes)] };
        return this;
    }

    /// <summary>The second argument of the cores at reset: on RISC-V the address of the device tree.</summary>
    public VirtualMachineBuilder BootArgument(ulong value)
    {
        _blueprint = _blueprint with { BootArgument = value };
        return this;
    }

    /// <summary>What the machine's own device tree tells a kernel: command line, initial file system.</summary>
    public VirtualMachineBuilder Boot(BootSettings settings)
    {
        _blueprint = _blueprint with { Boot = settings };
        return this;
    }

    /// <summary>Says how its clock goes.</summary>
    public VirtualMachineBuilder Clock(ClockSettings settings)
    {
        _blueprint = _blueprint with { Clock = settings };
        return this;
    }

    /// <summary>Says what share of the processors it has.</summary>
    public VirtualMachineBuilder Scheduling(SchedulingSettings settings)
    {
        _blueprint = _blueprint with { Scheduling = settings };
        return this;
    }

    /// <summary>Keeps a text that describes the VM, to be saved with it: <c>manifest</c>, <c>machine</c>.</summary>
    public VirtualMachineBuilder Describe(string key, string text)
    {
        _blueprint = _blueprint with { Descriptions = new Dictionary<string, string>(_blueprint.Descriptions, StringComparer.Ordinal) { [key] = text } };
        return this;
    }

    /// <summary>Where its ports lead; <see cref="ConsolePorts"/> when nothing is said. The VM disposes it.</summary>
    public VirtualMachineBuilder Ports(IPortProvider ports)
    {
        _ports = ports;
        return this;
    }

    /// <summary>The host's clock.</summary>
    public VirtualMachineBuilder Time(TimeProvider time)
    {
        _time = time;
        return this;
    }

    /// <summary>Who hears what the VM has to say.</summary>
    public VirtualMachineBuilder Log(VmLog log)
    {
        _log = log;
        return this;
    }

    /// <summary>The blueprint so far.</summary>
    public MachineBlueprint Blueprint => _blueprint;

    /// <summary>Builds it: memory mapped, firmware loaded, everything in its reset state, not running.</summary>
    /// <exception cref="MachineException">The parts do not fit together.</exception>
    /// <exception cref="OptionException">An option of a core or device does not fit.</exception>
    /// <exception cref="IOException">The host has no room for its memory.</exception>
    public VirtualMachine Build() => Build(scheduler);

    /// <summary>The same with any scheduler.</summary>
    internal VirtualMachine Build(IVmScheduler with) => new(Blueprint, plugins, _ports ?? new ConsolePorts(), with, _time, _log);

    private static Dictionary<string, string> ToDictionary(ReadOnlySpan<(string Name, string Value)> options)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in options) values[name] = value;
        return values;
    }
}
