// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.PluginLoading;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Composition;

/// <summary>The installed plugins, as VMs that are being put together ask for them.</summary>
/// <param name="plugins">All that are installed.</param>
public sealed class PluginCatalog(PluginRepository plugins) : IPluginCatalog
{
    /// <inheritdoc/>
    public IPluginLease<ICorePlugin>? FindCore(string id) => new CatalogLease<ICorePlugin>(plugins.Lease<ICorePlugin>(id));

    /// <inheritdoc/>
    public IPluginLease<IDevicePlugin>? FindDevice(string id) => new CatalogLease<IDevicePlugin>(plugins.Lease<IDevicePlugin>(id));
}
