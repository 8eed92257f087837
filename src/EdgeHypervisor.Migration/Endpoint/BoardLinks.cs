// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Migration;

/// <summary>
/// A board's two connections as the moves use them: control messages out and in, frames out and in to the stream that they
/// belong to. Losing a message is normal, so sending never fails: the machines and streams repeat.
/// </summary>
internal sealed class BoardLinks : IAsyncDisposable
{
    private static readonly TimeSpan ControlExpiry = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DataExpiry = TimeSpan.FromSeconds(10);

    private readonly MoveEndpointOptions _options;
    private readonly ITransportConnection _control;
    private readonly ITransportConnection _data;
    private readonly IControlProtection _protection;
    private readonly Action<string> _report;
    private readonly MoveTopics _topics;
    private readonly ConcurrentDictionary<(ulong Stream, FrameDirection Direction), Action<ReadOnlyMemory<byte>>> _streams = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly List<IAsyncDisposable> _subscriptions = [];

    public BoardLinks(MoveEndpointOptions options, ITransportConnection control, ITransportConnection data, IControlProtection protection, Action<string> report)
    {
        (_options, _control, _data, _protection, _report) = (options, control, data, protection, report);
        _topics = new MoveTopics(options.TopicRoot);
    }

    /// <summary>A connection is there again. Raised from any thread.</summary>
    public event Action? Reconnected;

    /// <summary>The largest payload of a frame.</summary>
    public int MaximumDataBytes => _data.MaximumPayloadBytes > 0 ? Math.Min(_data.MaximumPayloadBytes, _options.MaximumFrameBytes) : _options.MaximumFrameBytes;

    /// <summary>Listens; control messages that are for this board and whole go to <paramref name="handle"/>.</summary>
    public async Task ListenAsync(Action<ControlMessage> handle, CancellationToken cancellation)
    {
        _control.ConnectionChanged += OnConnectionChanged;
        _data.ConnectionChanged += OnConnectionChanged;
        _subscriptions.Add(await _data.SubscribeAsync(_topics.Data(_options.Board), TransportQos.AtMostOnce, OnFrame, cancellation).ConfigureAwait(false));
        _subscriptions.Add(await _control.SubscribeAsync(_topics.Control(_options.Board), TransportQos.AtLeastOnce, m => OnControl(m, handle), cancellation).ConfigureAwait(false));
    }

    /// <summary>Sends a control message, if that can be done now.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isFirst">
    /// Whether it was not sent before. What a guest waits for, standing still, goes without the broker's acknowledgement the first
    /// time: that small packet, itself not acknowledged for 40 ms, would hold up the answer behind it (Nagle) at a broker as it comes.
    /// </param>
    public void Send(ControlMessage message, bool isFirst) => _ = SendAsync(message, isFirst && IsUrgent(message.Message.Kind) ? TransportQos.AtMostOnce : TransportQos.AtLeastOnce);

    /// <summary>Sends a frame to a board, if that can be done now; completes when the transport has taken it.</summary>
    public async Task SendFrameAsync(string board, byte[] frame)
    {
        if (!_data.IsConnected) return;
        try
        {
            var message = new TransportMessage { Topic = _topics.Data(board), Payload = frame, Expiry = DataExpiry };
            await _data.PublishAsync(message, _closing.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TransportException or OperationCanceledException or ObjectDisposedException)
        {
            // Lost, as frames may be: it is not acknowledged and will be repeated.
        }
    }

    /// <summary>Frames of this stream and direction go to <paramref name="handle"/> from now on.</summary>
    public void Attach(ulong stream, FrameDirection direction, Action<ReadOnlyMemory<byte>> handle) => _streams[(stream, direction)] = handle;

    /// <summary>No more of them.</summary>
    public void Detach(ulong stream, FrameDirection direction) => _streams.TryRemove((stream, direction), out _);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _control.ConnectionChanged -= OnConnectionChanged;
        _data.ConnectionChanged -= OnConnectionChanged;
        await _closing.CancelAsync().ConfigureAwait(false);
        foreach (var subscription in _subscriptions) await subscription.DisposeAsync().ConfigureAwait(false);
        _streams.Clear();
    }

    private static bool IsUrgent(ProtocolMessageKind kind) =>
        kind is ProtocolMessageKind.Finish or ProtocolMessageKind.Prepared or ProtocolMessageKind.Commit or ProtocolMessageKind.Done;

    private async Task SendAsync(ControlMessage message, TransportQos qos)
    {
        if (!_control.IsConnected) return;
        try
        {
            var payload = _protection.Protect(message.To, ControlCodec.Encode(message));
            var transport = new TransportMessage
            {
                Topic = _topics.Control(message.To),
                Payload = payload,
                Qos = qos,
                Expiry = ControlExpiry,
                ContentType = "application/cbor",
            };
            await _control.PublishAsync(transport, _closing.Token).ConfigureAwait(false);
        }
        catch (MoveException e)
        {
            _report($"can't send {message.Message.Kind} for {message.Message.Move} to {message.To}: {e.Message}");
        }
        catch (TransportException e)
        {
            _report($"{message.Message.Kind} for {message.Message.Move} to {message.To} was not taken and will be repeated: {e.Message}");
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Closing.
        }
    }

    private ValueTask OnControl(TransportMessage message, Action<ControlMessage> handle)
    {
        try
        {
            var (sender, content) = _protection.Open(message.Payload);
            var control = ControlCodec.Decode(content);
            if (control.From != sender || control.To != _options.Board) throw new FormatException($"from {control.From} to {control.To}, but sent by {sender}");
            handle(control);
        }
        catch (FormatException e)
        {
            _report($"dropped a message on {message.Topic}: {e.Message}");
        }
        return ValueTask.CompletedTask;
    }

    private ValueTask OnFrame(TransportMessage message)
    {
        if (FrameSeal.TryReadStream(message.Payload.Span, out var stream, out var direction) && _streams.TryGetValue((stream, direction), out var handle))
        {
            handle(message.Payload);
        }
        return ValueTask.CompletedTask;
    }

    private void OnConnectionChanged(bool connected)
    {
        if (connected) Reconnected?.Invoke();
    }
}
