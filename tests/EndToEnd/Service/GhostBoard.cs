// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Composition;
using EdgeHypervisor.Migration;
using EdgeHypervisor.PluginLoading;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>A board that takes any VM, says that it is prepared, and hears nothing any more until it is woken: gone just when it matters.</summary>
internal sealed class GhostBoard : IBoardVms, IVmReceiver, IAsyncDisposable
{
    private readonly PluginRepository _plugins = new(Installation.PluginFolders);
    private readonly Dictionary<(int, int), byte[]> _pages = [];
    private PluginLease<ITransportPlugin>? _lease;
    private MoveEndpoint? _endpoint;
    private volatile bool _isDeaf;
    private volatile bool _isAwake;

    public static async Task<GhostBoard> StartAsync(string name, PrivateBroker broker, TemporaryFolder folder)
    {
        var ghost = new GhostBoard();
        ghost._lease = ghost._plugins.Lease<ITransportPlugin>("transport.mqtt");
        var (control, data) = (ghost.Connect(broker, $"{name}-control"), ghost.Connect(broker, $"{name}-data"));
        await control.ConnectAsync(CancellationToken.None);
        await data.ConnectAsync(CancellationToken.None);
        var options = new MoveEndpointOptions { Board = name, JournalFolder = Path.Combine(folder.Path, name) };
        ghost._endpoint = new MoveEndpoint(options, ghost, control, data, new NoControlProtection(), _ => { }, TimeProvider.System);
        await ghost._endpoint.StartAsync(CancellationToken.None);
        await control.PublishAsync(new TransportMessage { Topic = FleetTopics.State(name), Payload = "ready"u8.ToArray(), Retain = true, Qos = TransportQos.AtLeastOnce }, CancellationToken.None);
        return ghost;
    }

    /// <summary>From now on it hears what it is told, and does it.</summary>
    public void Wake()
    {
        _isAwake = true;
        _isDeaf = false;
    }

    public ValueTask<IMovableVm> OpenAsync(string vm, CancellationToken cancellation) => throw new MoveException("a ghost has no VMs");

    public ValueTask<OfferAnswer> CheckAsync(string source, VmOffer offer, CancellationToken cancellation) => ValueTask.FromResult(OfferAnswer.Accept(this));

    public ValueTask<bool> HasPreparedAsync(string vm, Digest256 digest, CancellationToken cancellation) => ValueTask.FromResult(false);

    public TimeSpan? RunningFor(string vm) => null;

    public ValueTask RunAsync(string vm, ulong epoch)
    {
        Assert.True(_isAwake, "a ghost runs nothing");
        return ValueTask.CompletedTask;
    }

    public ValueTask FreeAsync(string vm) => ValueTask.CompletedTask;

    public ValueTask ReleaseAsync(string vm) => ValueTask.CompletedTask;

    public void WritePage(int region, int page, ReadOnlySpan<byte> content) => _pages[(region, page)] = content.ToArray();

    public void ReadPage(int region, int page, Span<byte> destination)
    {
        destination.Clear();
        if (_pages.TryGetValue((region, page), out var content)) content.CopyTo(destination);
    }

    public ValueTask SettleAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask BuildAsync(ReadOnlyMemory<byte> state, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask PersistAsync(ReadOnlyMemory<byte> state, Digest256 digest, CancellationToken cancellation)
    {
        _isDeaf = true; // what it says last is "prepared"
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_endpoint is null) return;
        var endpoint = _endpoint;
        _endpoint = null; // disposed by the endpoint as its receiver, too
        await endpoint.DisposeAsync();
        _lease?.Dispose();
        _plugins.Dispose();
    }

    private Ears Connect(PrivateBroker broker, string id)
    {
        var settings = broker.Settings.Where(setting => setting.StartsWith("transport.", StringComparison.Ordinal)).Select(setting => setting["transport.".Length..].Split('=')).Where(pair => pair[0] != "plugin").ToDictionary(pair => pair[0], pair => pair[1]);
        return new Ears(_lease!.Plugin.Create(new Context(new ComponentOptions(id, settings), id)), () => _isDeaf);
    }

    private sealed record Context(ComponentOptions Options, string ClientId) : ITransportContext
    {
        public TransportMessage? Will => null;

        public TimeSpan SessionExpiry => TimeSpan.Zero;

        public void Report(string message)
        {
        }
    }

    /// <summary>A connection whose messages are not heard once nobody listens.</summary>
    private sealed class Ears(ITransportConnection inner, Func<bool> isDeaf) : ITransportConnection
    {
        public event Action<bool>? ConnectionChanged
        {
            add => inner.ConnectionChanged += value;
            remove => inner.ConnectionChanged -= value;
        }

        public bool IsConnected => inner.IsConnected;

        public int MaximumPayloadBytes => inner.MaximumPayloadBytes;

        public Task ConnectAsync(CancellationToken cancellation) => inner.ConnectAsync(cancellation);

        public Task PublishAsync(TransportMessage message, CancellationToken cancellation) => inner.PublishAsync(message, cancellation);

        public Task<IAsyncDisposable> SubscribeAsync(string topicFilter, TransportQos qos, Func<TransportMessage, ValueTask> handler, CancellationToken cancellation) =>
            inner.SubscribeAsync(topicFilter, qos, message => isDeaf() ? ValueTask.CompletedTask : handler(message), cancellation);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
