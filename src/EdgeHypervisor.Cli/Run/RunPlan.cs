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

    public static (VirtualMachineDescription Vm, MachineBlueprint Blueprint) Make(RunRequest request)
    {
        var vm = Describe(request);
        var machine = LoadMachine(vm.Machine, request.MachineFolders);
        if (!File.Exists(vm.FirmwarePath)) throw new UserErrorException($"there is no firmware {vm.FirmwarePath}", null, ExitCode.NotFound);
        var blueprint = Blueprints.Create(vm, vm.ToYaml(), machine);
        return (vm, request.IsUnpaced ? blueprint with { Clock = blueprint.Clock with { Paced = false } } : blueprint);
    }

    private static VirtualMachineDescription Describe(RunRequest request)
    {
        var vm = request.Firmware.EndsWith(ManifestExtension, StringComparison.Ordinal)
            ? DescriptionReader.ReadVirtualMachine(request.Firmware)
            : FromFirmware(request);
        if (request.Machine is not null) vm = vm with { Machine = request.Machine };
        if (request.Memory is not null) vm = vm with { MemoryBytes = Memory(request.Memory) };
        if (request.IsDeterministic) vm = vm with { Clock = vm.Clock with { Mode = ClockMode.Deterministic } };
        var core = new Dictionary<string, string>(vm.CoreOptions);
        foreach (var (name, value) in request.CoreOptions.Select(option => Pair("--core", option))) core[name] = value;
        return vm with { CoreOptions = core, Map = [.. vm.Map, .. request.Map.Select(Mapping)] };
    }

    private static VirtualMachineDescription FromFirmware(RunRequest request) => new()
    {
        Name = Name,
        Machine = request.Machine ?? throw new UserErrorException("which machine?", "add --machine, for example --machine virt-rv64", ExitCode.Usage),
        Firmware = Path.GetFullPath(request.Firmware),
    };

    private static MachineSource LoadMachine(string machine, string[] folders)
    {
        if (machine.EndsWith(ManifestExtension, StringComparison.Ordinal)) return MachineSource.Parse(DescriptionReader.Load(machine), machine);
        return new MachineLibrary(folders.Length > 0 ? folders : Installation.MachineFolders).Load(machine);
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
