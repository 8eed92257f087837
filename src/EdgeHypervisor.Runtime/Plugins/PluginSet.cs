// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A catalogue of plugins that are part of the program: for tests and for embedding the runtime.</summary>
public sealed class PluginSet : IPluginCatalog
{
    private readonly Dictionary<string, (string Version, IPlugin Plugin)> _plugins = new(StringComparer.Ordinal);

    /// <summary>Adds a plugin; one with the same id is replaced.</summary>
    public PluginSet Add(string id, IPlugin plugin, string version = "0.1.0")
    {
        _plugins[id] = (version, plugin);
        return this;
    }

    /// <inheritdoc/>
    public IPluginLease<ICorePlugin>? FindCore(string id) => Find<ICorePlugin>(id);

    /// <inheritdoc/>
    public IPluginLease<IDevicePlugin>? FindDevice(string id) => Find<IDevicePlugin>(id);

    private Lease<TPlugin>? Find<TPlugin>(string id)
        where TPlugin : class, IPlugin =>
        _plugins.TryGetValue(id, out var entry) && entry.Plugin is TPlugin plugin ? new Lease<TPlugin>(id, entry.Version, plugin) : null;

    private sealed record Lease<TPlugin>(string Id, string Version, TPlugin Plugin) : IPluginLease<TPlugin>
        where TPlugin : IPlugin
    {
        public void Dispose()
        {
        }
    }
}
