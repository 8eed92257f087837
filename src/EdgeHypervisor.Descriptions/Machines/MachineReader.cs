// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions.Reading;
using EdgeHypervisor.Descriptions.Yaml;

namespace EdgeHypervisor.Descriptions;

/// <summary>Reads <c>kind: Machine</c>.</summary>
internal static class MachineReader
{
    private const int MostCpus = 64;
    private const long PageBytes = 4096;
    private const long MostMemoryBytes = 1L << 40;

    public static MachineDescription Read(Fields fields)
    {
        var machine = new MachineDescription
        {
            Name = fields.Name("name", Names.Title, Names.TitleRule),
            Description = fields.Text("description"),
            Core = ReadCore(fields),
            Memory = ReadMemory(fields),
            Devices = ReadDevices(fields),
            Where = fields.Where,
        };
        CheckWires(machine, fields);
        return machine;
    }

    private static CoreDescription ReadCore(Fields machine)
    {
        if (machine.Mapping("core", Shapes.Core) is not { } core) return new CoreDescription { Plugin = "" };
        return new CoreDescription
        {
            Plugin = core.Name("plugin", Names.Plugin, $"{Names.PluginRule}, such as core.riscv"),
            Count = (int)core.Integer("count", fallback: 1, minimum: 1, maximum: MostCpus),
            Options = core.Options("options"),
            Where = core.Where,
        };
    }

    private static List<MemoryRegionDescription> ReadMemory(Fields machine)
    {
        var regions = Components(machine, "memory", Shapes.MemoryRegion, "{ at: 0x8000_0000 }", ReadRegion);
        if (machine.Has("memory") && regions.Count == 0) machine.Wrong("memory", "needs at least one region, such as ram: { at: 0x8000_0000 }");
        foreach (var region in regions.Where(region => region.SizeBytes is null).Skip(1))
            machine.Errors.Add(region.Where, $"memory.{region.Name}.size", "missing; only one region may take its size from the VM's 'memory'");
        return regions;
    }

    private static MemoryRegionDescription ReadRegion(string name, Fields fields)
    {
        var at = fields.Address("at");
        if (at % PageBytes != 0) fields.Wrong("at", $"must be a multiple of {PageBytes}");
        var size = fields.Has("size") ? fields.Bytes("size", PageBytes, PageBytes, MostMemoryBytes) : (long?)null;
        if (size % PageBytes is not (null or 0)) fields.Wrong("size", $"must be a multiple of {PageBytes}");
        return new MemoryRegionDescription
        {
            Name = name,
            At = at,
            SizeBytes = (ulong?)size,
            IsReadOnly = fields.Boolean("readOnly", fallback: false),
            Where = fields.Where,
        };
    }

    private static List<DeviceDescription> ReadDevices(Fields machine) =>
        Components(machine, "devices", Shapes.Device, "{ plugin: device.uart.16550, at: 0x1000_0000 }", (name, fields) => new DeviceDescription
        {
            Name = name,
            Plugin = fields.Name("plugin", Names.Plugin, $"{Names.PluginRule}, such as device.uart.16550"),
            At = fields.Has("at") ? fields.Address("at") : null,
            Options = fields.Options("options"),
            Wires = ReadWires(fields),
            Where = fields.Where,
        });

    private static List<WireDescription> ReadWires(Fields device)
    {
        var wires = new List<WireDescription>();
        var outputs = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in device.Entries("wires"))
        {
            var path = $"{device.PathOf("wires")}.{Fields.Short(entry.Name)}";
            foreach (var wire in WireReader.Read(entry, path, device.Errors))
            {
                if (outputs.Add(wire.Output)) wires.Add(wire);
                else device.Errors.Add(wire.Where, path, $"output '{wire.Output}' is wired twice");
            }
        }
        return wires;
    }

    private static void CheckWires(MachineDescription machine, Fields fields)
    {
        var components = Enumerable.Range(0, machine.Core.Count).Select(i => $"cpu{i}")
            .Concat(machine.Devices.Select(device => device.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (var device in machine.Devices)
        {
            foreach (var wire in device.Wires.DistinctBy(wire => wire.Component).Where(wire => !components.Contains(wire.Component)))
            {
                fields.Errors.Add(wire.Where, $"devices.{device.Name}.wires.{wire.Output}",
                    $"there is no '{wire.Component}'; {Spelling.Hint(wire.Component, components)}there are {string.Join(", ", components)}");
            }
        }
    }

    private static List<T> Components<T>(Fields machine, string name, Shape shape, string example, Func<string, Fields, T> read)
    {
        var components = new List<T>();
        foreach (var entry in machine.Entries(name))
        {
            var path = $"{machine.PathOf(name)}.{Fields.Short(entry.Name)}";
            if (!Names.Component.IsMatch(entry.Name))
                machine.Errors.Add(entry.Where, path, $"not a name; allowed are {Names.ComponentRule}");
            if (entry.Value is YamlMapping mapping)
                components.Add(read(entry.Name, new Fields(mapping, shape, path, machine.Errors)));
            else
                machine.Errors.Add(entry.Value.Where, path, $"must be a mapping such as {example}, not {entry.Value.Kind}");
        }
        return components;
    }
}
