// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv plugins</c>.</summary>
internal static class PluginsCommand
{
    public static Command Create() => new EhvSubcommand("plugins", "Cores, devices, drivers and transports that the service has")
    {
        new EhvSubcommand("ls", "Lists them").Does(ListAsync),
        Inspect(),
        Load(),
        Unload(),
        Replace(),
    };

    private static Command Inspect()
    {
        var plugin = Suggest.Plugin();
        return new EhvSubcommand("inspect", "All about one") { plugin }.Does(async (context, cancellation) =>
        {
            var found = await context.Service.GetAsync($"v1/plugins/{Uri.EscapeDataString(context.Get(plugin))}", ControlJson.Default.PluginInfo, cancellation);
            context.Write(found, ControlJson.Default.PluginInfo, info => Describe(info, context.Output));
        });
    }

    private static Command Load()
    {
        var folder = Folder();
        return new EhvSubcommand("load", "Loads one from its folder on the board") { folder }
            .WithExamples("ehv plugins load /usr/local/lib/edge-hypervisor/plugins/my-sensor")
            .Does(async (context, cancellation) =>
            {
                var loaded = await SendAsync(context, HttpMethod.Post, "v1/plugins", context.Get(folder), cancellation);
                context.Write(loaded, ControlJson.Default.PluginInfo, info => context.Output.WriteLine($"loaded {info.Id} {info.Version}"));
            });
    }

    private static Command Unload()
    {
        var plugin = Suggest.Plugin();
        return new EhvSubcommand("unload", "Takes one out; VMs that run keep what they started with") { plugin }.Does(async (context, cancellation) =>
        {
            await context.Service.DoAsync(HttpMethod.Delete, $"v1/plugins/{Uri.EscapeDataString(context.Get(plugin))}", cancellation);
            context.Say($"unloaded {context.Get(plugin)}");
        });
    }

    private static Command Replace()
    {
        var plugin = Suggest.Plugin();
        var folder = Folder();
        return new EhvSubcommand("replace", "Puts another version in its place; VMs that run keep theirs, new ones get the new one") { plugin, folder }
            .WithExamples("ehv plugins replace uart16550 /opt/plugins/uart16550-0.2")
            .Does(async (context, cancellation) =>
            {
                var path = $"v1/plugins/{Uri.EscapeDataString(context.Get(plugin))}";
                var loaded = await SendAsync(context, HttpMethod.Put, path, context.Get(folder), cancellation);
                context.Write(loaded, ControlJson.Default.PluginInfo, info => context.Output.WriteLine($"replaced {info.Id}, now {info.Version}"));
            });
    }

    private static Argument<string> Folder() => new("FOLDER") { Description = "The plugin's folder, with its plugin.json" };

    private static Task<PluginInfo> SendAsync(CommandContext context, HttpMethod method, string path, string folder, CancellationToken cancellation) =>
        context.Service.SendAsync(
            method, path, new PluginRequest(Path.GetFullPath(folder)), ControlJson.Default.PluginRequest, ControlJson.Default.PluginInfo, cancellation);

    private static async Task ListAsync(CommandContext context, CancellationToken cancellation)
    {
        var plugins = await context.Service.GetAsync("v1/plugins", ControlJson.Default.IReadOnlyListPluginInfo, cancellation);
        context.Write(plugins, ControlJson.Default.IReadOnlyListPluginInfo, all =>
        {
            var table = new TextTable("ID", "KIND", "VERSION", "STATUS", "USERS", "PROVIDES");
            foreach (var p in all)
                table.Row(p.Id, p.Kind, p.Version, p.Status, $"{p.Users}", p.Problem ?? string.Join(' ', p.Provides));
            table.WriteTo(context.Output);
        });
    }

    private static void Describe(PluginInfo plugin, TextWriter output)
    {
        output.WriteLine($"id        {plugin.Id}");
        output.WriteLine($"kind      {plugin.Kind}");
        output.WriteLine($"version   {plugin.Version}, for SDK {plugin.Sdk}");
        output.WriteLine($"status    {plugin.Status}");
        if (plugin.Problem is not null) output.WriteLine($"problem   {Printable.Text(plugin.Problem)}");
        output.WriteLine($"users     {plugin.Users}");
        output.WriteLine($"folder    {plugin.Folder}");
        output.WriteLine($"provides  {string.Join(' ', plugin.Provides)}");
        if (plugin.Description is not null) output.WriteLine($"about     {Printable.Text(plugin.Description)}");
    }
}
