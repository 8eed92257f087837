// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>A VM's manifest: its machine, firmware and mapping to roles (<c>kind: VirtualMachine</c>). Travels with a move.</summary>
public sealed record VirtualMachineDescription : IDescription
{
    /// <summary>Size of the main memory where nothing is said.</summary>
    public const long DefaultMemoryBytes = 4 << 20;

    /// <summary>The VM's name, unique in its fleet.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public string Description { get; init; } = "";

    /// <summary>The name of the machine description: <c>virt-rv64</c>.</summary>
    public required string Machine { get; init; }

    /// <summary>Where that is said.</summary>
    public SourceLocation MachineWhere { get; init; } = SourceLocation.None;

    /// <summary>
    /// The firmware as the manifest says it: an ELF file (<c>.elf</c>) or a raw image, relative to the manifest. Empty, with a
    /// kernel: the OpenSBI that is installed.
    /// </summary>
    public required string Firmware { get; init; }

    /// <summary>What the firmware starts; null where it says nothing of that.</summary>
    public BootDescription? Boot { get; init; }

    /// <summary>Size of the machine's main memory in bytes, a multiple of 4096.</summary>
    public long MemoryBytes { get; init; } = DefaultMemoryBytes;

    /// <summary>Core options that replace those of the machine.</summary>
    public IReadOnlyDictionary<string, string> CoreOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the VM's time comes from.</summary>
    public ClockDescription Clock { get; init; } = new();

    /// <summary>Its share of the host.</summary>
    public SchedulingDescription Scheduling { get; init; } = new();

    /// <summary>Whether it starts with the service.</summary>
    public bool Autostart { get; init; } = true;

    /// <summary>Whether it starts again by itself after a fault.</summary>
    public RestartPolicy Restart { get; init; }

    /// <summary>For placement in a fleet.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the ports of its devices lead.</summary>
    public IReadOnlyList<PortMapping> Map { get; init; } = [];

    /// <summary>Its disks.</summary>
    public IReadOnlyList<DiskDescription> Disks { get; init; } = [];

    /// <summary>Network cards and the board's network that each is on.</summary>
    public IReadOnlyDictionary<string, string> Networks { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public SourceLocation Where { get; init; } = SourceLocation.None;

    /// <summary>The full path of the firmware, seen from the manifest's folder.</summary>
    public string FirmwarePath => PathOf(Firmware);

    /// <summary>The full path of the kernel; null when there is none.</summary>
    public string? KernelPath => Boot is { Kernel.Length: > 0 } ? PathOf(Boot.Kernel) : null;

    /// <summary>The full path of the kernel's initial file system; null when there is none.</summary>
    public string? InitialFileSystemPath => Boot is { InitialFileSystem.Length: > 0 } ? PathOf(Boot.InitialFileSystem) : null;

    /// <summary>The full path of a file, seen from the manifest's folder.</summary>
    public string PathOf(string file) => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(Where.File)) ?? "", file));

    /// <summary>The manifest as text, which reads back to an equal one; comments are not kept.</summary>
    public string ToYaml() => ManifestWriter.Write(this);
}
