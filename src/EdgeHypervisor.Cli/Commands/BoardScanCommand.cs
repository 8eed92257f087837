// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Composition;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.PluginLoading;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv board scan</c>: asks every driver plugin that can look what this host has, without the service.</summary>
internal static class BoardScanCommand
{
    private const string DriverKind = "driver.";

    public static Command Create()
    {
        var probeI2c = new Option<bool>("--probe-i2c") { Description = "Ask every address of every I2C bus who answers; some chips take that badly" };
        var output = new Option<string?>("--output", "-o") { Description = "Where to write it (else to the terminal)", HelpName = "FILE" };
        var force = new Option<bool>("--force") { Description = "Write over a file that is there" };
        var name = new Option<string?>("--name") { Description = "The board's name (else the host's)", HelpName = "NAME" };
        var root = new Option<string?>("--root") { Description = "The folder that holds the host's dev, sys and proc (else /)", HelpName = "FOLDER" };
        var plugins = new Option<string[]>("--plugins") { Description = "Where more plugins are; may be repeated", HelpName = "FOLDER" };
        return new EhvSubcommand("scan", "Finds what this board has, and drafts a board file of it") { probeI2c, output, force, name, root, plugins }
            .WithExamples("ehv board scan", "ehv board scan --probe-i2c -o boards/my-board.yaml", "ehv board scan --format json | jq '.peripherals[] | select(.user == \"\")'")
            .Does((context, _) =>
            {
                var results = Probe(context, context.Get(plugins) ?? [], new ProbeRequest(context.Get(root) ?? "/", context.Get(probeI2c)));
                Write(context, BoardDraft.Write(context.Get(name) ?? Environment.MachineName, results), BoardScan.Of(results), context.Get(output), context.Get(force));
                return Task.CompletedTask;
            });
    }

    private static List<ProbeResult> Probe(CommandContext context, string[] folders, ProbeRequest request)
    {
        using var plugins = new PluginRepository(Installation.With(folders, Installation.PluginFolders));
        var drivers = new DriverCatalog(plugins, problem => context.Error.WriteLine($"ehv: {problem}"));
        var results = new List<ProbeResult>();
        foreach (var id in plugins.List().SelectMany(plugin => plugin.Provides).Where(id => id.StartsWith(DriverKind, StringComparison.Ordinal)).Distinct())
        {
            using var lease = drivers.FindDriver(id);
            if (lease?.Plugin is IProbe probe) results.Add(probe.Probe(request));
        }
        return results;
    }

    private static void Write(CommandContext context, string draft, BoardScan scan, string? file, bool overwrites)
    {
        if (file is null)
        {
            context.Write(scan, ScanJson.Default.BoardScan, _ => context.Output.Write(draft));
            return;
        }
        using (var writer = new StreamWriter(OutputFile.Create(file, overwrites))) writer.Write(draft);
        context.Write(scan, ScanJson.Default.BoardScan, _ => context.Say($"{file}: {DescriptionReader.ParseBoard(draft, file).Peripherals.Count} peripherals"));
    }
}
