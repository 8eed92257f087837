// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Lending;

/// <summary>Messages and frames of lending over a transport.</summary>
internal sealed class LendingLinks(LendingOptions options, ITransportConnection connection, IControlProtection protection, TimeProvider time, Action<string> report)
    : ILendingWire, IAsyncDisposable
{
    private static readonly TimeSpan MessageExpiry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FrameExpiry = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _closing = new();
    private readonly List<IAsyncDisposable> _subscriptions = [];

    public bool IsConnected => connection.IsConnected;

    public int MaximumFrameBytes => connection.MaximumPayloadBytes > 0 ? Math.Min(connection.MaximumPayloadBytes, LinkOptions.MaximumFrameBytes) : LinkOptions.MaximumFrameBytes;

    /// <summary>Listens.</summary>
    /// <param name="handle">Gets a message, whether its sender is proved, and when it came.</param>
    /// <param name="frame">Gets a frame.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task ListenAsync(Action<LendingMessage, bool, long> handle, Action<ReadOnlyMemory<byte>> frame, CancellationToken cancellation)
    {
        _subscriptions.Add(await connection.SubscribeAsync(FrameTopic(options.Board), TransportQos.AtMostOnce, m => OnFrame(m, frame), cancellation).ConfigureAwait(false));
        _subscriptions.Add(await connection.SubscribeAsync(MessageTopic(options.Board), TransportQos.AtLeastOnce, m => OnMessage(m, handle), cancellation).ConfigureAwait(false));
    }

    public void Send(LendingMessage message) => _ = SendAsync(message);

    public void SendFrame(string board, byte[] frame) => _ = PublishAsync(
        new TransportMessage { Topic = FrameTopic(board), Payload = frame, Expiry = FrameExpiry });

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        foreach (var subscription in _subscriptions) await subscription.DisposeAsync().ConfigureAwait(false);
    }

    private string MessageTopic(string board) => $"{options.TopicRoot}/{board}/lend/control";

    private string FrameTopic(string board) => $"{options.TopicRoot}/{board}/lend/data";

    private Task SendAsync(LendingMessage message)
    {
        try
        {
            return PublishAsync(new TransportMessage
            {
                Topic = MessageTopic(message.To),
                Payload = protection.Protect(message.To, LendingCodec.Encode(message)),
                Qos = TransportQos.AtLeastOnce,
                Expiry = MessageExpiry,
                ContentType = "application/cbor",
            });
        }
        catch (MoveException e)
        {
            report($"can't send {message.Kind} of lending to {message.To}: {e.Message}");
            return Task.CompletedTask;
        }
    }

    // Losing one is normal: whoever needs an answer asks again.
    private async Task PublishAsync(TransportMessage message)
    {
        if (!connection.IsConnected) return;
        try
        {
            await connection.PublishAsync(message, _closing.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TransportException or OperationCanceledException or ObjectDisposedException)
        {
            // Lost.
        }
    }

    private ValueTask OnMessage(TransportMessage message, Action<LendingMessage, bool, long> handle)
    {
        var arrivedNs = time.NowNs();
        try
        {
            var decoded = Open(message.Payload);
            if (decoded.To != options.Board) throw new FormatException($"it is for {decoded.To}");
            handle(decoded, protection.ProvesSenders, arrivedNs);
        }
        catch (FormatException e)
        {
            report($"dropped a message on {message.Topic}: {e.Message}");
        }
        return ValueTask.CompletedTask;
    }

    private LendingMessage Open(ReadOnlyMemory<byte> payload)
    {
        if (!protection.ProvesSenders) return LendingCodec.Decode(payload);
        var (sender, content) = protection.Open(payload);
        var message = LendingCodec.Decode(content);
        return message.From == sender ? message : throw new FormatException($"from {message.From}, but sent by {sender}");
    }

    private static ValueTask OnFrame(TransportMessage message, Action<ReadOnlyMemory<byte>> frame)
    {
        frame(message.Payload);
        return ValueTask.CompletedTask;
    }
}
