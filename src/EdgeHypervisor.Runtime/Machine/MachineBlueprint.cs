// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace EdgeHypervisor.Runtime;

/// <summary>Everything that makes a machine, before any of it exists.</summary>
public sealed record MachineBlueprint
{
    private const int SeedBytes = 32;

    // The VMs of a machine, of which a board may have hundreds, have the same devices.
    private static readonly ConditionalWeakTable<MachineDescription, DeviceBlueprint[]> DevicesOf = [];

    /// <summary>The VM's name.</summary>
    public required string Name { get; init; }

    /// <summary>The kind of machine, as its device tree names it: <c>virt-rv64</c>.</summary>
    public string Machine { get; init; } = "machine";

    /// <summary>Its memory.</summary>
    public required IReadOnlyList<RegionLayout> Regions { get; init; }

    /// <summary>The plugin that makes its cores.</summary>
    public required string CorePlugin { get; init; }

    /// <summary>How many cores: <c>cpu0</c>, <c>cpu1</c>, …</summary>
    public int CoreCount { get; init; } = 1;

    /// <summary>Options of the cores.</summary>
    public IReadOnlyDictionary<string, string> CoreOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>Its devices, in the order in which they are made, reset and saved.</summary>
    public IReadOnlyList<DeviceBlueprint> Devices { get; init; } = [];

    /// <summary>What it runs; null for memory that something else fills.</summary>
    public FirmwareImage? Firmware { get; init; }

    /// <summary>Loaded after the firmware, at each reset too: a device tree, a kernel, an initial file system.</summary>
    public IReadOnlyList<FirmwareSegment> Images { get; init; } = [];

    /// <summary>
    /// The second argument of each core at reset, for a caller that loads a device tree of its own. When 0, the machine
    /// makes one of its parts where they describe themselves, and gives its address.
    /// </summary>
    public ulong BootArgument { get; init; }

    /// <summary>What the machine's own device tree tells a kernel.</summary>
    public BootSettings Boot { get; init; } = new();

    /// <summary>How its clock goes.</summary>
    public ClockSettings Clock { get; init; } = new();

    /// <summary>Its share of the processors.</summary>
    public SchedulingSettings Scheduling { get; init; } = new();

    /// <summary>Files that describe it, by name (<c>manifest</c>, <c>machine</c>): saved with it word for word.</summary>
    public IReadOnlyDictionary<string, string> Descriptions { get; init; } = new Dictionary<string, string>();

    /// <summary>The blueprint that a machine description and a VM's manifest make together.</summary>
    /// <param name="machine">What the guest sees.</param>
    /// <param name="vm">The VM's name, memory, core options, clock and share.</param>
    /// <param name="firmware">What it runs; null to read what the manifest names.</param>
    /// <exception cref="FirmwareException">The firmware cannot be read or loaded.</exception>
    /// <exception cref="MachineException">Memory has no room for the kernel.</exception>
    public static MachineBlueprint From(MachineDescription machine, VirtualMachineDescription vm, FirmwareImage? firmware = null)
    {
        firmware ??= BootFiles.Load(vm, machine.Memory[MainMemory(machine)].At);
        var blueprint = FromDescriptions(machine, vm, firmware);
        var isa = blueprint.CoreOptions.GetValueOrDefault("isa", "");
        var is32Bit = isa.StartsWith("rv32", StringComparison.Ordinal);
        if (firmware.AddressBits is not 0 and var bits && isa.StartsWith("rv", StringComparison.Ordinal) && bits != (is32Bit ? 32 : 64))
            throw new FirmwareException(firmware.Source, 4, $"made for {bits} bits; the core of machine '{machine.Name}' is {isa}");
        if (is32Bit && vm.KernelPath is not null && vm.Firmware.Length == 0)
            throw new FirmwareException("firmware", null, "a kernel on a 32-bit machine needs firmware that is named: Debian has OpenSBI for 64 bits only");
        return firmware.Kernel.IsEmpty ? blueprint : WithKernel(blueprint, firmware, blueprint.Regions[MainMemory(machine)], is32Bit);
    }

    private static MachineBlueprint WithKernel(MachineBlueprint blueprint, FirmwareImage firmware, RegionLayout main, bool is32Bit)
    {
        var place = KernelPlacement.Of(firmware, main, is32Bit);
        return blueprint with
        {
            Images = place.InitialFileSystem is { } initial ? [place.Kernel, initial] : [place.Kernel],
            Boot = blueprint.Boot with
            {
                NextStage = new NextStage(place.Entry, is32Bit),
                InitialFileSystem = place.InitialFileSystem is { } there ? (there.Address, (ulong)there.Bytes.Length) : null,
                RandomSeed = blueprint.Clock.Mode == ClockMode.Host ? RandomNumberGenerator.GetBytes(SeedBytes) : default,
            },
        };
    }

    private static MachineBlueprint FromDescriptions(MachineDescription machine, VirtualMachineDescription vm, FirmwareImage firmware) => new()
    {
        Name = vm.Name,
        Machine = machine.Name,
        Regions = ToLayouts(machine.Memory, vm),
        CorePlugin = machine.Core.Plugin,
        CoreCount = machine.Core.Count,
        CoreOptions = machine.Core.CreateOptions(0, vm.CoreOptions).Values,
        Devices = DevicesOf.GetValue(machine, ToBlueprints),
        Firmware = firmware,
        Boot = new BootSettings { CommandLine = vm.Boot?.CommandLine ?? "" },
        Clock = new ClockSettings { Mode = vm.Clock.Mode, InstructionNs = vm.Clock.InstructionNs, LostTime = vm.Clock.LostTime },
        Scheduling = new SchedulingSettings
        {
            Weight = vm.Scheduling.Weight,
            CapPercent = vm.Scheduling.CapPercent,
            DedicatedThread = vm.Scheduling.DedicatedThread,
        },
    };

    /// <summary>Reads a firmware file for a machine: one that is not ELF begins where the machine's main memory does.</summary>
    /// <exception cref="FirmwareException">It cannot be read or loaded.</exception>
    public static FirmwareImage LoadFirmware(MachineDescription machine, string path) => FirmwareImage.Load(path, machine.Memory[MainMemory(machine)].At);

    // Which of its regions: the one whose size the VM says, else the first.
    private static int MainMemory(MachineDescription machine)
    {
        for (var i = 0; i < machine.Memory.Count; i++)
        {
            if (machine.Memory[i].SizeBytes is null) return i;
        }
        return 0;
    }

    private static RegionLayout[] ToLayouts(IReadOnlyList<MemoryRegionDescription> regions, VirtualMachineDescription vm)
    {
        var layouts = new RegionLayout[regions.Count];
        for (var i = 0; i < layouts.Length; i++) layouts[i] = ToLayout(regions[i], vm);
        return layouts;
    }

    private static RegionLayout ToLayout(MemoryRegionDescription region, VirtualMachineDescription vm) =>
        new(region.Name, region.At, region.SizeBytes ?? (ulong)vm.MemoryBytes, region.IsReadOnly)
        {
            Erased = region.Erased,
            AliasOf = region.AliasOf,
            AliasOffset = region.AliasOffset,
        };

    private static DeviceBlueprint[] ToBlueprints(MachineDescription machine)
    {
        var devices = new DeviceBlueprint[machine.Devices.Count];
        for (var i = 0; i < devices.Length; i++) devices[i] = ToBlueprint(machine.Devices[i]);
        return devices;
    }

    private static DeviceBlueprint ToBlueprint(DeviceDescription device) => new()
    {
        Name = device.Name,
        Plugin = device.Plugin,
        At = device.At,
        Options = device.Options,
        Wires = ToWires(device.Wires),
    };

    private static WireSpec[] ToWires(IReadOnlyList<WireDescription> wires)
    {
        var specs = new WireSpec[wires.Count];
        for (var i = 0; i < specs.Length; i++) specs[i] = new WireSpec(wires[i].Output, wires[i].Component, wires[i].Input);
        return specs;
    }
}
