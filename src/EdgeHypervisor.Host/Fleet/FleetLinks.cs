// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.PluginLoading;

using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Host;

/// <summary>This board's two connections to the others: one for the few messages that decide, one for the bulk.</summary>
internal sealed class FleetLinks : IAsyncDisposable
{
    private static readonly TimeSpan ControlSession = TimeSpan.FromMinutes(5);
    private readonly PluginLease<ITransportPlugin>? _lease;

    private FleetLinks(ITransportConnection control, ITransportConnection data, PluginLease<ITransportPlugin>? lease) =>
        (Control, Data, _lease) = (control, data, lease);

    public ITransportConnection Control { get; }

    public ITransportConnection Data { get; }

    /// <summary>Whether there is a transport at all.</summary>
    public bool IsOffline => _lease is null;

    /// <summary>Makes the connections, not yet open.</summary>
    /// <exception cref="ConfigurationException">The transport's plugin or one of its settings does not fit.</exception>
    public static FleetLinks Create(TransportSettings? settings, string board, PluginRepository plugins, Action<string> report)
    {
        if (settings is null) return new FleetLinks(new OfflineConnection(), new OfflineConnection(), null);
        PluginLease<ITransportPlugin>? lease = null;
        try
        {
            lease = plugins.Lease<ITransportPlugin>(settings.Plugin);
            var will = new TransportMessage { Topic = FleetTopics.State(board), Payload = "lost"u8.ToArray(), Qos = TransportQos.AtLeastOnce, Retain = true };
            var control = lease.Plugin.Create(new TransportContext(settings, $"edgehypervisor-{board}-control", will, ControlSession, report));
            var data = lease.Plugin.Create(new TransportContext(settings, $"edgehypervisor-{board}-data", null, TimeSpan.Zero, report));
            return new FleetLinks(control, data, lease);
        }
        catch (Exception e) when (e is PluginException or OptionException)
        {
            lease?.Dispose();
            throw new ConfigurationException([$"transport: {e.Message}"]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Data.DisposeAsync();
        await Control.DisposeAsync();
        _lease?.Dispose();
    }

    private sealed record TransportContext(
        TransportSettings Settings, string ClientId, TransportMessage? Will, TimeSpan SessionExpiry, Action<string> Reporter) : ITransportContext
    {
        public ComponentOptions Options { get; } = new("transport", Settings.Options);

        public void Report(string message) => Reporter($"{ClientId}: {message}");
    }
}
