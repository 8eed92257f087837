// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A plugin in use by one VM. Disposing it says that the VM holds nothing of it any more, so that it may be unloaded.</summary>
/// <typeparam name="TPlugin"><see cref="ICorePlugin"/> or <see cref="IDevicePlugin"/>.</typeparam>
public interface IPluginLease<out TPlugin> : IDisposable
    where TPlugin : IPlugin
{
    /// <summary>The plugin's id: <c>device.uart.16550</c>.</summary>
    string Id { get; }

    /// <summary>The version of its folder, as the manifest says it: <c>0.1.0</c>.</summary>
    string Version { get; }

    /// <summary>The factory.</summary>
    TPlugin Plugin { get; }
}
