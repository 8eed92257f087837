// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.PluginLoading;

namespace EdgeHypervisor.Conformance;

/// <summary>A component on lease, from the folder under test.</summary>
internal sealed class Component<TPlugin> : IDisposable
    where TPlugin : class, IPlugin
{
    private readonly PluginRepository _plugins;
    private readonly PluginLease<TPlugin> _lease;

    public Component(string id, string? folder = null)
    {
        _plugins = new PluginRepository([folder ?? Places.Plugins]);
        _lease = _plugins.Lease<TPlugin>(id);
    }

    public TPlugin Plugin => _lease.Plugin;

    public void Dispose()
    {
        _lease.Dispose();
        _plugins.Dispose();
    }
}
