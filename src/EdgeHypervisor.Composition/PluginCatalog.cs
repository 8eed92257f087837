// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.PluginLoading;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Composition;

/// <summary>The installed plugins, as VMs and boards that are being put together ask for them.</summary>
/// <param name="plugins">All that are installed.</param>
/// <param name="report">Hears why a driver cannot be had; a board then says of its peripherals that they cannot be used.</param>
public sealed class PluginCatalog(PluginRepository plugins, Action<string> report) : IPluginCatalog, IDriverCatalog
{
    /// <inheritdoc/>
    public IPluginLease<ICorePlugin>? FindCore(string id) => new Lease<ICorePlugin>(plugins.Lease<ICorePlugin>(id));

    /// <inheritdoc/>
    public IPluginLease<IDevicePlugin>? FindDevice(string id) => new Lease<IDevicePlugin>(plugins.Lease<IDevicePlugin>(id));

    /// <inheritdoc/>
    public IPluginLease<IDriverPlugin>? FindDriver(string id)
    {
        try
        {
            return new Lease<IDriverPlugin>(plugins.Lease<IDriverPlugin>(id));
        }
        catch (PluginException e)
        {
            report(e.Message);
            return null;
        }
    }

    /// <summary>Brings drivers into memory ahead of who will ask for them, who also hears of one that cannot be had.</summary>
    /// <param name="drivers">Their ids.</param>
    public void Load(IEnumerable<string> drivers)
    {
        foreach (var id in drivers)
        {
            try
            {
                plugins.Lease<IDriverPlugin>(id).Dispose();
            }
            catch (PluginException)
            {
                // FindDriver will report it.
            }
        }
    }

    private sealed class Lease<TPlugin>(PluginLease<TPlugin> lease) : IPluginLease<TPlugin>
        where TPlugin : class, IPlugin
    {
        public string Id => lease.ComponentId;

        public string Version { get; } = lease.Version.ToString();

        public TPlugin Plugin => lease.Plugin;

        public void Dispose() => lease.Dispose();
    }
}
