// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Composition;
using EdgeHypervisor.PluginLoading;

namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>docs/machines.md says what the microcontroller boards have.</summary>
public sealed class MachinePageTests
{
    private static readonly string[] Machines = ["microbit", "mps2-an385", "mps2-an386", "mps2-an500", "netduino2", "netduinoplus2"];

    [Fact]
    public void The_page_lists_each_device_port_and_omission_of_the_machines_as_they_are_built()
    {
        var page = Path.Combine(FirmwareImages.RepositoryRoot, "docs", "machines.md");
        var committed = File.ReadAllText(page);
        using var plugins = new PluginRepository(Installation.PluginFolders);
        var catalog = new PluginCatalog(plugins);
        var introduction = committed[..committed.IndexOf("## ", StringComparison.Ordinal)];
        var expected = introduction + string.Join("\n", Machines.Select(machine => MachinePage.Describe(machine, catalog)));
        if (Environment.GetEnvironmentVariable("EDGEHYPERVISOR_WRITE_PAGES") is not null) File.WriteAllText(page, expected);
        else Assert.True(expected == committed, $"docs/machines.md is not what the descriptions say; EDGEHYPERVISOR_WRITE_PAGES=1 writes it anew:\n{expected}");
    }
}
