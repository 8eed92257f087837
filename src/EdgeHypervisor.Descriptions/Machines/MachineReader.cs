// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Descriptions.Reading;
using EdgeHypervisor.Descriptions.Yaml;

namespace EdgeHypervisor.Descriptions;

/// <summary>Reads <c>kind: Machine</c>.</summary>
internal static class MachineReader
{
    private const int MostCpus = 64;
    private const long PageBytes = 4096;
    private const long MostMemoryBytes = 1L << 40;
    private const long MostFlashBytes = 256 << 20;

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
            Plugin = core.PluginName("plugin", "core.riscv"),
            Count = (int)core.Integer("count", fallback: 1, minimum: 1, maximum: MostCpus),
            Options = core.Options("options"),
            Where = core.Where,
        };
    }

    private static List<MemoryRegionDescription> ReadMemory(Fields machine)
    {
        var regions = new List<MemoryRegionDescription>();
        foreach (var entry in machine.Entries("memory"))
        {
            if (Component(machine, "memory", entry, Shapes.MemoryRegion, "{ at: 0x8000_0000 }") is { } fields) regions.Add(ReadRegion(entry.Name, fields));
        }
        if (machine.Has("memory") && regions.Count == 0) machine.Wrong("memory", "needs at least one region, such as ram: { at: 0x8000_0000 }");
        var withoutSize = 0;
        foreach (var region in regions)
        {
            if (region.SizeBytes is null && region.AliasOf is null && ++withoutSize > 1)
                machine.Errors.Add(region.Where, $"memory.{region.Name}.size", "missing; only one region may take its size from the VM's 'memory'");
        }
        for (var i = 0; i < regions.Count; i++)
        {
            if (regions[i].AliasOf is not null) regions[i] = CheckAlias(machine, regions[i], regions);
        }
        return regions;
    }

    // An alias without a size shows all that follows its offset.
    private static MemoryRegionDescription CheckAlias(Fields machine, MemoryRegionDescription alias, List<MemoryRegionDescription> regions)
    {
        var origin = regions.Find(region => region.Name == alias.AliasOf && region.AliasOf is null);
        var path = $"memory.{alias.Name}";
        if (origin is null)
        {
            string[] known = [.. regions.Where(region => region.AliasOf is null).Select(region => region.Name)];
            machine.Errors.Add(alias.Where, $"{path}.aliasOf", $"there is no '{alias.AliasOf}'; {Spelling.Hint(alias.AliasOf!, known)}there are {string.Join(", ", known)}");
            return alias;
        }
        if (origin.SizeBytes is not { } originBytes)
            machine.Errors.Add(alias.Where, $"{path}.aliasOf", $"'{origin.Name}' must say its size to have an alias");
        else if (alias.AliasOffset >= originBytes || alias.SizeBytes > originBytes - alias.AliasOffset)
            machine.Errors.Add(alias.Where, path, $"reaches beyond the {originBytes} bytes of '{origin.Name}'");
        else
            return alias with { SizeBytes = alias.SizeBytes ?? originBytes - alias.AliasOffset };
        return alias;
    }

    private static MemoryRegionDescription ReadRegion(string name, Fields fields)
    {
        var at = fields.Address("at");
        if (at % PageBytes != 0) fields.Wrong("at", $"must be a multiple of {PageBytes}");
        var size = fields.Has("size") ? fields.Bytes("size", PageBytes, PageBytes, MostMemoryBytes) : (long?)null;
        if (size % PageBytes is not (null or 0)) fields.Wrong("size", $"must be a multiple of {PageBytes}");
        var erased = fields.FindInteger("erased", 0, 255);
        var aliasOf = fields.FindText("aliasOf");
        var offset = fields.Has("offset") ? fields.Bytes("offset", 0, 0, MostMemoryBytes) : 0;
        if (offset % PageBytes != 0) fields.Wrong("offset", $"must be a multiple of {PageBytes}");
        if (aliasOf is null && fields.Has("offset")) fields.Wrong("offset", "only an alias has one: say aliasOf too");
        if (erased is not null && size is not (> 0 and <= MostFlashBytes)) fields.Wrong("size", $"flash must say its size, {MostFlashBytes} bytes at most");
        if (aliasOf is not null && (erased is not null || fields.Has("readOnly"))) fields.Wrong("aliasOf", $"what may be written is said at '{Fields.Short(aliasOf)}' alone");
        return new MemoryRegionDescription
        {
            Name = name,
            At = at,
            SizeBytes = (ulong?)size,
            IsReadOnly = fields.Boolean("readOnly", fallback: erased is not null),
            Erased = (byte?)erased,
            AliasOf = aliasOf,
            AliasOffset = (ulong)offset,
            Where = fields.Where,
        };
    }

    private static List<DeviceDescription> ReadDevices(Fields machine)
    {
        var devices = new List<DeviceDescription>();
        foreach (var entry in machine.Entries("devices"))
        {
            if (Component(machine, "devices", entry, Shapes.Device, "{ plugin: device.uart.16550, at: 0x1000_0000 }") is { } fields) devices.Add(ReadDevice(entry.Name, fields));
        }
        return devices;
    }

    private static DeviceDescription ReadDevice(string name, Fields fields) => new()
    {
        Name = name,
        Plugin = fields.PluginName("plugin", "device.uart.16550"),
        At = fields.Has("at") ? fields.Address("at") : null,
        Options = fields.Options("options"),
        Wires = ReadWires(fields),
        Where = fields.Where,
    };

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
        var components = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < machine.Core.Count; i++) components.Add("cpu" + i.ToString(CultureInfo.InvariantCulture));
        foreach (var device in machine.Devices) components.Add(device.Name);
        foreach (var device in machine.Devices)
        {
            var refused = new HashSet<string>(StringComparer.Ordinal);
            foreach (var wire in device.Wires)
            {
                if (components.Contains(wire.Component) || !refused.Add(wire.Component)) continue;
                fields.Errors.Add(wire.Where, $"devices.{device.Name}.wires.{wire.Output}",
                    $"there is no '{wire.Component}'; {Spelling.Hint(wire.Component, components)}there are {string.Join(", ", components)}");
            }
        }
    }

    // The fields of one entry of the machine's memory or devices; null where it has none.
    private static Fields? Component(Fields machine, string of, YamlField entry, Shape shape, string example)
    {
        var path = $"{machine.PathOf(of)}.{Fields.Short(entry.Name)}";
        if (!Names.Component.IsMatch(entry.Name))
            machine.Errors.Add(entry.Where, path, $"not a name; allowed are {Names.ComponentRule}");
        if (entry.Value is YamlMapping mapping) return new Fields(mapping, shape, path, machine.Errors);
        machine.Errors.Add(entry.Value.Where, path, $"must be a mapping such as {example}, not {entry.Value.Kind}");
        return null;
    }
}
