// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Finds the plugins of a machine by their ids. A VM keeps what it was built with until it is deleted.</summary>
public interface IPluginCatalog
{
    /// <summary>The core plugin with an id, or null when there is none.</summary>
    IPluginLease<ICorePlugin>? FindCore(string id);

    /// <summary>The device plugin with an id, or null when there is none.</summary>
    IPluginLease<IDevicePlugin>? FindDevice(string id);
}
