// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Migration;
using EdgeHypervisor.PluginLoading;

namespace EdgeHypervisor.Host;

/// <summary>This board's two connections to the others: one for the few messages that decide, one for the bulk.</summary>
internal sealed class FleetLinks : IAsyncDisposable
{
    private static readonly TimeSpan ControlSession = TimeSpan.FromMinutes(5);
    private readonly PluginLease<ITransportPlugin>? _lease;
    private readonly StrongBox<string?> _lastWord; // of the transport

    private FleetLinks(ITransportConnection control, ITransportConnection data, PluginLease<ITransportPlugin>? lease, StrongBox<string?> lastWord) =>
        (Control, Data, _lease, _lastWord) = (control, data, lease, lastWord);

    public ITransportConnection Control { get; }

    public ITransportConnection Data { get; }

    /// <summary>Whether there is a transport at all.</summary>
    public bool IsOffline => _lease is null;

    /// <summary>Why the others cannot be reached, while they cannot and the transport has said something.</summary>
    public string? Problem => Control.IsConnected || Volatile.Read(ref _lastWord.Value) is not { } text ? null : $"the fleet cannot be reached: {text}";

    /// <summary>Makes the connections, not yet open.</summary>
    /// <exception cref="ConfigurationException">The transport's plugin or one of its settings does not fit.</exception>
    public static FleetLinks Create(TransportSettings? settings, string board, PluginRepository plugins, Action<string> report)
    {
        if (settings is null) return new FleetLinks(new OfflineConnection(), new OfflineConnection(), null, new StrongBox<string?>());
        PluginLease<ITransportPlugin>? lease = null;
        var lastWord = new StrongBox<string?>();
        void Hear(string message)
        {
            Volatile.Write(ref lastWord.Value, message);
            report(message);
        }

        try
        {
            lease = plugins.Lease<ITransportPlugin>(settings.Plugin);
            var will = new TransportMessage { Topic = FleetTopics.State(board), Payload = "lost"u8.ToArray(), Qos = TransportQos.AtLeastOnce, Retain = true };
            var control = lease.Plugin.Create(new TransportContext(settings, $"edgehypervisor-{board}-control", will, ControlSession, Hear));
            var data = lease.Plugin.Create(new TransportContext(settings, $"edgehypervisor-{board}-data", null, TimeSpan.Zero, report));
            return new FleetLinks(control, data, lease, lastWord);
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
