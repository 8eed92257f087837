// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>
/// A connection that lasts: it makes one link after another, subscribes again on each, and sends again what was not
/// acknowledged. What a client library has to do is only <see cref="IMqttLink"/>.
/// </summary>
internal sealed class MqttConnection : ITransportConnection
{
    private readonly ITransportContext _context;
    private readonly MqttSettings _settings;
    private readonly IMqttLinkFactory _links;
    private readonly TimeProvider _time;
    private readonly Inbox _inbox;
    private readonly SubscriptionTable _subscriptions = new();
    private readonly CancellationTokenSource _disposing = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource<LinkSession> _session = NewSession();
    private Task? _running;
    private bool _isDisposed;
    private string? _lastFailure;

    public MqttConnection(ITransportContext context, MqttSettings settings, IMqttLinkFactory links, TimeProvider time)
    {
        _context = context;
        _settings = settings;
        _links = links;
        _time = time;
        _inbox = new Inbox(settings.ReceiveQueueBytes, _subscriptions.Deliver);
        if (context.Will is { } will) Verify(will);
    }

    public event Action<bool>? ConnectionChanged;

    public bool IsConnected => CurrentSession is not null;

    internal Inbox Inbox => _inbox;

    public int MaximumPayloadBytes => CurrentSession is { } session
        ? (int)Math.Max(session.Limits.MaximumPacketBytes - PacketSize.HeadroomBytes, 0L)
        : 0;

    private LinkSession? CurrentSession
    {
        get { lock (_lock) return _session.Task.IsCompletedSuccessfully ? _session.Task.Result : null; }
    }

    private LinkSettings LinkSettings => new(_settings, _context.ClientId, _context.Will, _context.SessionExpiry);

    public async Task ConnectAsync(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposing.IsCancellationRequested, this);
        lock (_lock) _running ??= Task.Run(RunAsync, CancellationToken.None);
        try
        {
            await WaitForSessionAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (cancellation.IsCancellationRequested && _lastFailure is { } failure)
        {
            throw new OperationCanceledException($"gave up connecting: {failure}", e, cancellation);
        }
    }

    public async Task PublishAsync(TransportMessage message, CancellationToken cancellation)
    {
        Verify(message);
        ObjectDisposedException.ThrowIf(_disposing.IsCancellationRequested, this);
        if (message.Qos == TransportQos.AtMostOnce)
            await PublishOnceAsync(message, cancellation).ConfigureAwait(false);
        else
            await PublishUntilAcknowledgedAsync(message, cancellation).ConfigureAwait(false);
    }

    public async Task<IAsyncDisposable> SubscribeAsync(
        string topicFilter, TransportQos qos, Func<TransportMessage, ValueTask> handler, CancellationToken cancellation)
    {
        if (!TopicFilter.IsFilter(topicFilter)) throw new TransportException($"'{topicFilter}' is not a topic filter");
        ObjectDisposedException.ThrowIf(_disposing.IsCancellationRequested, this);
        var listener = new Handler(handler, _inbox, _context.Report);
        var (subscription, number) = _subscriptions.Add(topicFilter, qos, listener);
        try
        {
            await SubscribeAtBrokerAsync(subscription, number, cancellation).ConfigureAwait(false);
            return new Unsubscriber(() => UnsubscribeAsync(subscription, listener));
        }
        catch
        {
            await UnsubscribeAsync(subscription, listener).ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task? running;
        lock (_lock)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            running = _running;
        }
        await _disposing.CancelAsync().ConfigureAwait(false); // not below the lock: what ends by it wants that, too
        if (running is not null) await running.ConfigureAwait(false);
        lock (_lock)
        {
            _session.TrySetException(new ObjectDisposedException(nameof(MqttConnection)));
            _ = _session.Task.Exception;
        }
    }

    private static TaskCompletionSource<LinkSession> NewSession() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        var backoff = new Backoff(_settings.MaximumBackoff, Random.Shared.NextDouble);
        while (!_disposing.IsCancellationRequested)
        {
            if (await TryRunLinkAsync().ConfigureAwait(false)) backoff.Reset();
            try
            {
                await Task.Delay(backoff.Next(), _time, _disposing.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    // One link from its first to its last breath; true when it was connected in between.
    private async Task<bool> TryRunLinkAsync()
    {
        try
        {
            var link = _links.Create(LinkSettings, _inbox);
            await using (link.ConfigureAwait(false))
            {
                var limits = await link.ConnectAsync(_disposing.Token).ConfigureAwait(false);
                await ServeAsync(new LinkSession(link, limits)).ConfigureAwait(false);
            }
            return true;
        }
        catch (Exception e) when (e is TransportException or LinkLostException)
        {
            ReportFailure($"{_settings.Name}: {e.Message}");
        }
        catch (OperationCanceledException) when (_disposing.IsCancellationRequested)
        {
            // The end.
        }
        catch (Exception e)
        {
            // A client library's fault must not end the trying.
            ReportFailure($"{_settings.Name}: {e.GetType().Name}: {e.Message}");
        }
        return false;
    }

    private async Task ServeAsync(LinkSession session)
    {
        await _subscriptions.SubscribeAllAsync(session, problem => _context.Report($"{_settings.Name}: {problem}")).ConfigureAwait(false);
        lock (_lock) _session.SetResult(session);
        _lastFailure = null;
        Announce(true);
        var reason = await WaitForEndAsync(session.Link).ConfigureAwait(false);
        lock (_lock) _session = NewSession();
        session.MarkLost();
        Announce(false);
        if (reason is not null) ReportFailure($"{_settings.Name}: connection lost: {reason}");
    }

    private async Task<string?> WaitForEndAsync(IMqttLink link)
    {
        try
        {
            return await link.Closed.WaitAsync(_disposing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private void Announce(bool connected)
    {
        try
        {
            ConnectionChanged?.Invoke(connected);
        }
        catch (Exception e)
        {
            _context.Report($"{_settings.Name}: a listener to the connection's state failed: {e.GetType().Name}: {e.Message}");
        }
    }

    private void ReportFailure(string failure)
    {
        if (failure == _lastFailure) return;
        _lastFailure = failure;
        _context.Report(failure);
    }

    private async Task<LinkSession> WaitForSessionAsync(CancellationToken cancellation)
    {
        Task<LinkSession> session;
        lock (_lock) session = _session.Task;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _disposing.Token);
        try
        {
            return await session.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(MqttConnection));
        }
    }

    private async Task PublishOnceAsync(TransportMessage message, CancellationToken cancellation)
    {
        var session = CurrentSession ?? throw new TransportException($"{_settings.Name}: not connected");
        VerifySize(message, session.Limits);
        try
        {
            await session.PublishAsync(message, cancellation).ConfigureAwait(false);
        }
        catch (LinkLostException e)
        {
            throw new TransportException($"{_settings.Name}: connection lost: {e.Message}", e);
        }
    }

    private async Task PublishUntilAcknowledgedAsync(TransportMessage message, CancellationToken cancellation)
    {
        while (true)
        {
            var session = await WaitForSessionAsync(cancellation).ConfigureAwait(false);
            VerifySize(message, session.Limits);
            try
            {
                await session.PublishAsync(message, cancellation).ConfigureAwait(false);
                return;
            }
            catch (LinkLostException)
            {
                // It may have arrived: then it does so twice, which QoS 1 allows.
                await session.Lost.ConfigureAwait(false);
            }
        }
    }

    private async Task SubscribeAtBrokerAsync(Subscription subscription, int listener, CancellationToken cancellation)
    {
        while (true)
        {
            var session = await WaitForSessionAsync(cancellation).ConfigureAwait(false);
            try
            {
                await _subscriptions.SubscribeAsync(subscription, listener, session).WaitAsync(cancellation).ConfigureAwait(false);
                return;
            }
            catch (LinkLostException)
            {
                await session.Lost.ConfigureAwait(false);
            }
        }
    }

    private async ValueTask UnsubscribeAsync(Subscription subscription, Handler listener)
    {
        var session = CurrentSession; // before the table is locked: nobody waits for one lock with the other
        try
        {
            await _subscriptions.Remove(subscription, listener, () => session?.Link.UnsubscribeAsync(subscription.Filter) ?? Task.CompletedTask).ConfigureAwait(false);
        }
        catch (Exception e) when (e is LinkLostException or TransportException)
        {
            // Nothing comes for it any more either way.
        }
        await listener.StopAsync().ConfigureAwait(false);
    }

    private void VerifySize(TransportMessage message, BrokerLimits limits)
    {
        var bytes = PacketSize.Of(message);
        if (bytes > limits.MaximumPacketBytes)
        {
            throw new TransportException(
                $"{_settings.Name}: the message on '{message.Topic}' takes {bytes} bytes; the broker accepts {limits.MaximumPacketBytes}");
        }
    }

    private static void Verify(TransportMessage message)
    {
        if (!TopicFilter.IsTopic(message.Topic)) throw new TransportException($"'{message.Topic}' is not a topic that can be published to");
        if (message.CorrelationData.Length > ushort.MaxValue)
            throw new TransportException($"correlation data of {message.CorrelationData.Length} bytes; MQTT has room for {ushort.MaxValue}");
        if (message.ResponseTopic is { } response && !TopicFilter.IsTopic(response))
            throw new TransportException($"'{response}' is not a topic that an answer can be published to");
    }
}
