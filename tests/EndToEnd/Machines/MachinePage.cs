// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeHypervisor.Composition;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>What docs/machines.md says of a machine: out of its description, of the ports that its devices ask for, and of the plugins' READMEs.</summary>
internal static class MachinePage
{
    private const string Leave = "not modelled";

    /// <summary>A section for a machine.</summary>
    public static string Describe(string name, PluginCatalog plugins)
    {
        var machine = DescriptionReader.ReadMachine(Path.Combine(FirmwareImages.RepositoryRoot, "boards", "machines", $"{name}.yaml"));
        using var ports = PortsOf(machine, plugins);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"## `{name}`: {machine.Description}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"[Description](../boards/machines/{name}.yaml), with the pins of the board. Core `{machine.Core.Options["cpu"]}` at {Megahertz(machine)} MHz. ");
        text.Append(CultureInfo.InvariantCulture, $"Memory: {string.Join(", ", machine.Memory.Select(Memory))}.\n\n");
        text.Append("| devices | plugin | at | ports | not modelled |\n|---|---|---|---|---|\n");
        foreach (var (plugin, devices) in machine.Devices.GroupBy(device => device.Plugin, (plugin, devices) => (plugin, devices.ToArray())))
        {
            var (readme, left) = NotModelled(plugin);
            text.Append(CultureInfo.InvariantCulture, $"| {Words(devices.Select(device => $"`{device.Name}`"))} | [`{plugin}`]({readme}) | {Words(devices.Select(Address))} | ");
            text.Append(CultureInfo.InvariantCulture, $"{Words(devices.SelectMany(device => Ports(device.Name, ports)))} | {left} |\n");
        }
        return text.ToString();
    }

    private static string Words(IEnumerable<string> words) => string.Join(", ", words);

    private static double Megahertz(MachineDescription machine) => double.Parse(machine.Core.Options["clockHz"].Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1e6;

    private static string Memory(MemoryRegionDescription region)
    {
        var at = $"{region.Name} at 0x{region.At:x8}";
        return region.AliasOf is { } other ? $"{at} ({other} again)" : $"{at} ({(region.SizeBytes ?? 0) / 1024} KiB)";
    }

    private static string Address(DeviceDescription device) => $"0x{device.At:x8}";

    private static IEnumerable<string> Ports(string device, AskedPorts ports)
    {
        foreach (var (kind, indices) in ports.Of(device))
        {
            if (indices[0] is not { } first) yield return $"{kind} `{device}`";
            else if (indices.Length == 1) yield return $"{kind} `{device}/{first}`";
            else
            {
                Assert.Equal(Enumerable.Range(first, indices.Length), indices.Select(index => index!.Value)); // else say them one by one
                yield return $"{kind} `{device}/{first}` to `/{indices[^1]}`";
            }
        }
    }

    // The machine as the service builds it, with a program that never runs.
    private static AskedPorts PortsOf(MachineDescription machine, PluginCatalog plugins)
    {
        var ports = new AskedPorts();
        var firmware = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(firmware, new byte[64]);
            using var scheduler = new VmScheduler(workers: 1);
            var manifest = new VirtualMachineDescription { Name = machine.Name, Machine = machine.Name, Firmware = firmware };
            var blueprint = MachineBlueprint.From(machine, manifest, MachineBlueprint.LoadFirmware(machine, firmware));
            using var vm = VirtualMachineBuilder.From(blueprint, scheduler, plugins).Ports(ports).Build();
            return ports;
        }
        finally
        {
            File.Delete(firmware);
        }
    }

    // The plugin's README has a table with a row for each device.
    private static (string Readme, string Left) NotModelled(string plugin)
    {
        var folder = Directory.EnumerateDirectories(Path.Combine(FirmwareImages.RepositoryRoot, "plugins", "devices")).Single(folder => Provides(folder).Contains(plugin));
        var rows = File.ReadLines(Path.Combine(folder, "README.md")).Where(line => line.StartsWith('|')).Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)).ToList();
        var column = Array.IndexOf(rows[0], Leave);
        Assert.True(column >= 0, $"{folder}/README.md: its first table has no column '{Leave}'");
        var row = rows.Where(row => row[0] == $"`{plugin}`" || row[0] == $"`{plugin.Split('.')[^1]}`").ToList();
        Assert.True(row.Count == 1, $"{folder}/README.md: {row.Count} rows for {plugin}");
        return ($"../plugins/devices/{Path.GetFileName(folder)}/README.md", row[0][column]);
    }

    private static HashSet<string> Provides(string folder)
    {
        using var plugin = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "plugin.json")));
        return [.. plugin.RootElement.GetProperty("provides").EnumerateArray().Select(id => id.GetString()!)];
    }
}
