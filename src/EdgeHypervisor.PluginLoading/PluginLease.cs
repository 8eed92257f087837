// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.PluginLoading;

/// <summary>
/// The right to use one version of a plugin. As long as it is held that version stays in memory, whatever is installed
/// or unloaded meanwhile. Give it back after the last object that the plugin made has been disposed.
/// </summary>
/// <typeparam name="TPlugin">The contract: <see cref="ICorePlugin"/>, <see cref="IDevicePlugin"/>, <see cref="IDriverPlugin"/> or <see cref="ITransportPlugin"/>.</typeparam>
public sealed class PluginLease<TPlugin> : IDisposable
    where TPlugin : class, IPlugin
{
    private PluginVersion? _version;
    private TPlugin? _plugin;

    internal PluginLease(string componentId, TPlugin plugin, PluginVersion version)
    {
        ComponentId = componentId;
        PluginId = version.Manifest.Id;
        Version = version.Manifest.Version;
        _plugin = plugin;
        _version = version;
    }

    /// <summary>The id that was asked for: <c>device.uart.16550</c>.</summary>
    public string ComponentId { get; }

    /// <summary>The plugin that provides it: <c>uart16550</c>.</summary>
    public string PluginId { get; }

    /// <summary>The version that this lease holds.</summary>
    public Version Version { get; }

    /// <summary>The factory.</summary>
    /// <exception cref="ObjectDisposedException">The lease was given back.</exception>
    public TPlugin Plugin => _plugin ?? throw new ObjectDisposedException($"lease of {ComponentId}");

    /// <summary>Gives the lease back; a second call does nothing.</summary>
    public void Dispose()
    {
        _plugin = null;
        Interlocked.Exchange(ref _version, null)?.Release();
    }
}
