// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions.Reading;

namespace EdgeHypervisor.Descriptions;

/// <summary>Reads <c>kind: VirtualMachine</c>.</summary>
internal static class VirtualMachineReader
{
    private const long PageBytes = 4096;
    private const long MostMemoryBytes = 1L << 36;
    private const int MostPercent = 6400;

    public static VirtualMachineDescription Read(Fields fields)
    {
        var defaults = new VirtualMachineDescription { Name = "", Machine = "", Firmware = "" };
        var vm = defaults with
        {
            Name = fields.Name("name", Names.Title, Names.TitleRule),
            Description = fields.Text("description"),
            Machine = fields.Name("machine", Names.Title, Names.TitleRule),
            MachineWhere = fields.Find("machine")?.Where ?? fields.Where,
            Firmware = fields.Text("firmware"),
            Boot = BackendReader.ReadBoot(fields),
            MemoryBytes = fields.Bytes("memory", defaults.MemoryBytes, PageBytes, MostMemoryBytes),
            CoreOptions = fields.Options("core"),
            Clock = fields.Mapping("clock", Shapes.Clock) is { } clock ? ReadClock(clock) : defaults.Clock,
            Scheduling = fields.Mapping("scheduling", Shapes.Scheduling) is { } scheduling ? ReadScheduling(scheduling) : defaults.Scheduling,
            Autostart = fields.Boolean("autostart", defaults.Autostart),
            Restart = fields.Choice("restart", defaults.Restart),
            Labels = LabelReader.Read(fields),
            Map = ReadMap(fields),
            Disks = BackendReader.ReadDisks(fields),
            Networks = BackendReader.ReadNetworks(fields),
            Where = fields.Where,
        };
        if (vm.MemoryBytes % PageBytes != 0) fields.Wrong("memory", $"must be a multiple of {PageBytes} bytes");
        if (!fields.Has("firmware") && vm.Boot is not { Kernel.Length: > 0 })
            fields.Wrong("firmware", vm.Boot is null ? "missing" : "missing; only with 'boot.kernel' is there one by default");
        if (fields.Has("firmware") && (vm.Firmware.Length == 0 || vm.Firmware.Contains('\0'))) fields.Wrong("firmware", "must be the path of a file");
        return vm;
    }

    private static ClockDescription ReadClock(Fields fields)
    {
        var defaults = new ClockDescription();
        return new ClockDescription
        {
            Mode = fields.Choice("mode", defaults.Mode),
            InstructionNs = (int)fields.Integer("instructionNs", defaults.InstructionNs, minimum: 1, maximum: 1_000_000),
            LostTime = fields.Choice("lostTime", defaults.LostTime),
        };
    }

    private static SchedulingDescription ReadScheduling(Fields fields)
    {
        var defaults = new SchedulingDescription();
        return new SchedulingDescription
        {
            Weight = (int)fields.Integer("weight", defaults.Weight, minimum: 1, maximum: 10_000),
            CapPercent = fields.Find("capPercent") is null ? null : (int?)fields.FindInteger("capPercent", 1, MostPercent),
            DedicatedThread = fields.Boolean("dedicatedThread", defaults.DedicatedThread),
        };
    }

    private static List<PortMapping> ReadMap(Fields vm)
    {
        var mappings = new List<PortMapping>();
        var ports = new HashSet<PortName>();
        foreach (var entry in vm.Entries("map"))
        {
            var path = $"{vm.PathOf("map")}.{Fields.Short(entry.Name)}";
            if (PortMappingReader.Read(entry, path, vm.Errors) is not { } mapping) continue;
            if (ports.Add(mapping.Port)) mappings.Add(mapping); // gpio0/3 and gpio0/03 are one port
            else if (mapping.Port.Device.Length > 0) vm.Errors.Add(entry.Where, path, $"port {mapping.Port} is mapped twice");
        }
        return mappings;
    }
}
