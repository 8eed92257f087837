// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.PluginLoading;
using Microsoft.AspNetCore.Http;

namespace EdgeHypervisor.Host;

/// <summary><c>/v1/plugins</c>.</summary>
internal sealed class PluginRoutes(PluginRepository plugins, PluginFolder installed, EventHub events)
{
    public IEnumerable<Route> Routes =>
    [
        new("GET", "/v1/plugins", ListAsync),
        new("POST", "/v1/plugins", LoadAsync),
        new("GET", "/v1/plugins/{plugin}", InspectAsync),
        new("PUT", "/v1/plugins/{plugin}", ReplaceAsync),
        new("DELETE", "/v1/plugins/{plugin}", UnloadAsync),
    ];

    private Task ListAsync(HttpContext context) =>
        context.WriteAsync([.. plugins.List().Select(Describe)], ControlJson.Default.IReadOnlyListPluginInfo);

    private Task InspectAsync(HttpContext context) => context.WriteAsync(Describe(Find(context.Part("plugin"))), ControlJson.Default.PluginInfo);

    private async Task LoadAsync(HttpContext context)
    {
        var request = await context.ReadAsync(ControlJson.Default.PluginRequest);
        await AnswerAsync(context, plugins.Find(request.Folder) is { } known ? known.Id : installed.Install(request.Folder), "plugin-loaded");
    }

    private async Task ReplaceAsync(HttpContext context)
    {
        var id = Find(context.Part("plugin")).Id;
        var request = await context.ReadAsync(ControlJson.Default.PluginRequest);
        installed.Replace(id, request.Folder);
        await AnswerAsync(context, id, "plugin-replaced");
    }

    private async Task UnloadAsync(HttpContext context)
    {
        var id = Find(context.Part("plugin")).Id;
        plugins.Unload(id);
        events.Publish("plugin-unloaded", id);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        await context.Response.StartAsync(context.RequestAborted);
    }

    private async Task AnswerAsync(HttpContext context, string id, string happened)
    {
        plugins.Rescan();
        var loaded = plugins.Load(id);
        if (loaded.Reason is { } reason) throw Problems.Unsupported($"plugin '{id}' is broken: {reason}", "put its folder right and load it again");
        events.Publish(happened, id, loaded.Version?.ToString());
        await context.WriteAsync(Describe(loaded), ControlJson.Default.PluginInfo);
    }

    private PluginLoading.PluginInfo Find(string id) => plugins.Find(id) ?? throw Problems.NotFound("plugin", id, "see: ehv plugins ls");

    private static ControlApi.PluginInfo Describe(PluginLoading.PluginInfo plugin) => new(
        plugin.Id,
        plugin.Kind ?? "unknown",
        plugin.Version?.ToString() ?? "unknown",
        plugin.Sdk ?? "unknown",
        Quantity.ToKebabCase(plugin.Status.ToString()),
        plugin.Provides,
        plugin.Folder,
        plugin.Description.Length == 0 ? null : plugin.Description,
        plugin.Leases,
        plugin.Reason);
}
