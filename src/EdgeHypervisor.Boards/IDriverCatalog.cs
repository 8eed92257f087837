// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards;

/// <summary>Finds driver plugins by their ids. A board keeps what it was opened with until it is closed.</summary>
public interface IDriverCatalog
{
    /// <summary>The driver plugin with an id (<c>driver.linux.gpio</c>), or null when there is none.</summary>
    IPluginLease<IDriverPlugin>? FindDriver(string id);
}
