// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions.Reading;
using EdgeHypervisor.Descriptions.Yaml;

namespace EdgeHypervisor.Descriptions;

/// <summary>Reads what a VM boots, its disks and its networks.</summary>
internal static class BackendReader
{
    /// <summary>The longest command line that Linux takes on any of these machines.</summary>
    private const int MostCommandLineCharacters = 2047;

    public static BootDescription? ReadBoot(Fields vm)
    {
        if (vm.Mapping("boot", Shapes.Boot) is not { } fields) return null;
        var boot = new BootDescription
        {
            Kernel = Path(fields, "kernel"),
            InitialFileSystem = Path(fields, "initrd"),
            CommandLine = fields.Text("commandLine"),
        };
        if (boot.InitialFileSystem.Length > 0 && boot.Kernel.Length == 0) fields.Wrong("initrd", "makes no sense without 'kernel'");
        if (boot.CommandLine.Length > MostCommandLineCharacters) fields.Wrong("commandLine", $"is longer than {MostCommandLineCharacters} characters");
        if (boot.CommandLine.AsSpan().ContainsAnyExceptInRange(' ', '~')) fields.Wrong("commandLine", "must be one line of ASCII");
        return boot;
    }

    public static List<DiskDescription> ReadDisks(Fields vm)
    {
        var disks = new List<DiskDescription>();
        foreach (var entry in vm.Entries("disks"))
        {
            var path = $"{vm.PathOf("disks")}.{Fields.Short(entry.Name)}";
            CheckDevice(entry, path, vm.Errors);
            switch (entry.Value)
            {
                case YamlScalar { IsLeftOut: false } file: // disk0: root.img
                    disks.Add(new DiskDescription { Device = entry.Name, File = file.Text, Where = entry.Where });
                    break;
                case YamlMapping mapping:
                    var fields = new Fields(mapping, Shapes.Disk, path, vm.Errors);
                    disks.Add(new DiskDescription
                    {
                        Device = entry.Name,
                        File = Path(fields, "file"),
                        IsReadOnly = fields.Boolean("readOnly", false),
                        Where = entry.Where,
                    });
                    break;
                default:
                    vm.Errors.Add(entry.Value.Where, path, $"must be a file or a mapping such as {{ file: root.img }}, not {entry.Value.Kind}");
                    break;
            }
        }
        return disks;
    }

    public static IReadOnlyDictionary<string, string> ReadNetworks(Fields vm)
    {
        foreach (var entry in vm.Entries("networks"))
        {
            var path = $"{vm.PathOf("networks")}.{Fields.Short(entry.Name)}";
            CheckDevice(entry, path, vm.Errors);
            if (entry.Value is YamlScalar { IsLeftOut: false } network && !Names.Title.IsMatch(network.Text))
                vm.Errors.Add(network.Where, path, $"'{Fields.Short(network.Text)}' is not a network's name; allowed are {Names.TitleRule}");
        }
        return vm.Options("networks");
    }

    private static void CheckDevice(YamlField entry, string path, ErrorList errors)
    {
        if (!PortName.TryParse(entry.Name, out var port) || port.Index is not null) errors.Add(entry.Where, path, "not a device's name such as disk0");
    }

    private static string Path(Fields fields, string name)
    {
        var text = fields.Text(name);
        if (fields.Find(name) is YamlScalar && (text.Length == 0 || text.Contains('\0'))) fields.Wrong(name, "must be the path of a file");
        return text;
    }
}
