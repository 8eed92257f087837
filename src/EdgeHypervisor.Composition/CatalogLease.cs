// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.PluginLoading;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Composition;

/// <summary>A lease of the repository, as VMs and boards hold it.</summary>
internal sealed class CatalogLease<TPlugin>(PluginLease<TPlugin> lease) : IPluginLease<TPlugin>
    where TPlugin : class, IPlugin
{
    public string Id => lease.ComponentId;

    public string Version { get; } = lease.Version.ToString();

    public TPlugin Plugin => lease.Plugin;

    public void Dispose() => lease.Dispose();
}
