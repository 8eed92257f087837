// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Everything that makes a machine, before any of it exists.</summary>
public sealed record MachineBlueprint
{
    /// <summary>The VM's name.</summary>
    public required string Name { get; init; }

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

    /// <summary>The second argument of each core at reset: on RISC-V the address of the device tree, or 0.</summary>
    public ulong BootArgument { get; init; }

    /// <summary>How its clock goes.</summary>
    public ClockSettings Clock { get; init; } = new();

    /// <summary>Its share of the processors.</summary>
    public SchedulingSettings Scheduling { get; init; } = new();

    /// <summary>Files that describe it, by name (<c>manifest</c>, <c>machine</c>): saved with it word for word.</summary>
    public IReadOnlyDictionary<string, string> Descriptions { get; init; } = new Dictionary<string, string>();
}
