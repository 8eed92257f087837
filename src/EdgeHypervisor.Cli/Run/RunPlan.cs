// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Composition;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Cli;

/// <summary>Makes of what was asked for a VM's description, its machine and its firmware.</summary>
internal static class RunPlan
{
    private const string ManifestExtension = ".yaml";
    private const string Name = "run";
    private const string KernelMachine = "virt-rv64";
    private const long KernelMemoryBytes = 128 << 20;

    public static (VirtualMachineDescription Vm, MachineBlueprint Blueprint) Make(RunRequest request)
    {
        var vm = Describe(request);
        var machine = LoadMachine(vm.Machine, request.MachineFolders);
        if (vm.Firmware.Length > 0 && !File.Exists(vm.FirmwarePath)) throw new UserErrorException($"there is no firmware {vm.FirmwarePath}", null, ExitCode.NotFound);
        if (vm.KernelPath is { } kernel && !File.Exists(kernel)) throw new UserErrorException($"there is no kernel {kernel}", null, ExitCode.NotFound);
        var blueprint = MachineBlueprint.From(machine.Machine, vm); // without its texts: nothing here is saved
        if (request.Load.Length > 0) blueprint = blueprint with { Images = Images(blueprint.Images, request.Load) };
        if (request.IsUnpaced) blueprint = blueprint with { Clock = blueprint.Clock with { Paced = false } };
        return (vm, blueprint);
    }

    private static VirtualMachineDescription Describe(RunRequest request)
    {
        var vm = request.Firmware is { } file && file.EndsWith(ManifestExtension, StringComparison.Ordinal)
            ? DescriptionReader.ReadVirtualMachine(file)
            : FromFirmware(request);
        if (request.Machine is not null) vm = vm with { Machine = request.Machine };
        if (request.Memory is not null) vm = vm with { MemoryBytes = Memory(request.Memory) };
        if (request.IsDeterministic) vm = vm with { Clock = vm.Clock with { Mode = ClockMode.Deterministic } };
        if (request.CoreOptions.Length > 0) vm = vm with { CoreOptions = CoreOptions(vm.CoreOptions, request.CoreOptions) };
        if (request.Networks.Length > 0) vm = vm with { Networks = Networks(vm.Networks, request.Networks) };
        if (request.Map.Length > 0) vm = vm with { Map = Map(vm.Map, request.Map) };
        if (request is not { Kernel: null, InitialFileSystem: null, CommandLine: null }) vm = vm with { Boot = Boot(vm.Boot ?? new BootDescription(), request) };
        if (request.Disks.Length > 0) vm = vm with { Disks = Disks(vm.Disks, request.Disks) };
        return vm;
    }

    private static VirtualMachineDescription FromFirmware(RunRequest request) => new()
    {
        Name = Name,
        Machine = request.Machine ?? (request.Kernel is not null ? KernelMachine : throw new UserErrorException("which machine?", "add --machine, for example --machine virt-rv64", ExitCode.Usage)),
        Firmware = request.Firmware is { Length: > 0 } file ? Path.GetFullPath(file)
            : request.Kernel is not null ? "" : throw new UserErrorException("which firmware?", "name a file, or a kernel with --kernel", ExitCode.Usage),
        MemoryBytes = request.Kernel is not null ? KernelMemoryBytes : VirtualMachineDescription.DefaultMemoryBytes,
    };

    private static Dictionary<string, string> CoreOptions(IReadOnlyDictionary<string, string> before, string[] options)
    {
        var core = new Dictionary<string, string>(before);
        foreach (var option in options)
        {
            var (name, value) = Pair("--core", option);
            core[name] = value;
        }
        return core;
    }

    private static Dictionary<string, string> Networks(IReadOnlyDictionary<string, string> before, string[] options)
    {
        var networks = new Dictionary<string, string>(before);
        foreach (var option in options)
        {
            var (device, network) = OfDevice("net0", option);
            if (!networks.TryAdd(device, network)) throw new UserErrorException($"--net: {device} is named twice", null, ExitCode.Usage);
        }
        return networks;
    }

    private static PortMapping[] Map(IReadOnlyList<PortMapping> before, string[] options) => [.. before, .. options.Select(Mapping)];

    private static DiskDescription[] Disks(IReadOnlyList<DiskDescription> before, string[] options) => [.. before, .. options.Select(Disk)];

    private static BootDescription Boot(BootDescription boot, RunRequest request)
    {
        boot = boot with
        {
            Kernel = request.Kernel is { } kernel ? Path.GetFullPath(kernel) : boot.Kernel,
            InitialFileSystem = request.InitialFileSystem is { } initial ? Path.GetFullPath(initial) : boot.InitialFileSystem,
            CommandLine = request.CommandLine ?? boot.CommandLine,
        };
        if (boot.InitialFileSystem.Length > 0 && boot.Kernel.Length == 0)
            throw new UserErrorException("--initrd makes no sense without a kernel", "add --kernel", ExitCode.Usage);
        return boot;
    }

    private static FirmwareSegment[] Images(IReadOnlyList<FirmwareSegment> before, string[] options)
    {
        var images = new FirmwareSegment[before.Count + options.Length];
        for (var i = 0; i < images.Length; i++) images[i] = i < before.Count ? before[i] : Load(options[i - before.Count]);
        return images;
    }

    private static FirmwareSegment Load(string text)
    {
        var (address, file) = Pair("--load", text);
        if (!Quantity.TryParseInteger(address, out var at) || at < 0)
            throw new UserErrorException($"--load: '{address}' is not an address", "for example --load 0x80620000=files.img", ExitCode.Usage);
        return new FirmwareSegment((ulong)at, File.ReadAllBytes(file));
    }

    private static DiskDescription Disk(string text)
    {
        const string readOnly = ",readonly";
        var (device, file) = OfDevice("disk0", text);
        var isReadOnly = file.EndsWith(readOnly, StringComparison.Ordinal);
        return new DiskDescription
        {
            Device = device,
            File = Path.GetFullPath(isReadOnly ? file[..^readOnly.Length] : file),
            IsReadOnly = isReadOnly,
            Where = new SourceLocation("--disk", 1, 1),
        };
    }

    /// <summary>Reads <c>DEVICE=VALUE</c>, or a value for the usual device.</summary>
    internal static (string Device, string Value) OfDevice(string usual, string text) =>
        text.Split('=', 2) is [var device, var value] && PortName.TryParse(device, out _) ? (device, value) : (usual, text);

    private static MachineSource LoadMachine(string machine, string[] folders)
    {
        if (machine.EndsWith(ManifestExtension, StringComparison.Ordinal)) return MachineSource.Parse(DescriptionReader.Load(machine), machine);
        return new MachineLibrary(Installation.With(folders, Installation.MachineFolders)).Load(machine);
    }

    private static long Memory(string text)
    {
        const long page = 4096;
        if (Quantity.TryParseBytes(text, out var bytes) && bytes > 0 && bytes % page == 0) return bytes;
        throw new UserErrorException($"--memory: '{text}' is not a size", $"a multiple of {page} bytes, such as 64Ki or 4Mi", ExitCode.Usage);
    }

    private static PortMapping Mapping(string text)
    {
        var (port, role) = Pair("--map", text);
        if (!PortName.TryParse(port, out var name))
            throw new UserErrorException($"--map: '{port}' is not a port", "for example --map gpio0/3=relay1", ExitCode.Usage);
        return new PortMapping { Port = name, Targets = [.. role.Split(',').Select(one => new MappingTarget(one))] };
    }

    private static (string Name, string Value) Pair(string option, string text) =>
        text.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } value]
            ? (name, value)
            : throw new UserErrorException($"{option}: '{text}' is not NAME=VALUE", null, ExitCode.Usage);
}
