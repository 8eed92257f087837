// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.PluginLoading;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Composition;

/// <summary>The installed plugins, as a VM that is being built asks for them.</summary>
public sealed class PluginCatalog(PluginRepository plugins) : IPluginCatalog
{
    /// <inheritdoc/>
    public IPluginLease<ICorePlugin>? FindCore(string id) => new Lease<ICorePlugin>(plugins.Lease<ICorePlugin>(id));

    /// <inheritdoc/>
    public IPluginLease<IDevicePlugin>? FindDevice(string id) => new Lease<IDevicePlugin>(plugins.Lease<IDevicePlugin>(id));

    private sealed class Lease<TPlugin>(PluginLease<TPlugin> lease) : IPluginLease<TPlugin>
        where TPlugin : class, IPlugin
    {
        public string Id => lease.ComponentId;

        public string Version { get; } = lease.Version.ToString();

        public TPlugin Plugin => lease.Plugin;

        public void Dispose() => lease.Dispose();
    }
}
