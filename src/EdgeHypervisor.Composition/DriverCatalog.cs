// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.PluginLoading;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Composition;

/// <summary>The installed drivers, as boards that are being put together ask for them.</summary>
/// <param name="plugins">All that are installed.</param>
/// <param name="report">Hears why a driver cannot be had; a board then says of its peripherals that they cannot be used.</param>
public sealed class DriverCatalog(PluginRepository plugins, Action<string> report) : IDriverCatalog
{
    /// <inheritdoc/>
    public IPluginLease<IDriverPlugin>? FindDriver(string id)
    {
        try
        {
            return new CatalogLease<IDriverPlugin>(plugins.Lease<IDriverPlugin>(id));
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
}
