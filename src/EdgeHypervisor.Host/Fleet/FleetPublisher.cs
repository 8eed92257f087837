// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host;

/// <summary>Publishes what can be lost: what is retained is said again with the next connection.</summary>
internal sealed partial class FleetPublisher(ILogger log)
{
    private const string Json = "application/json";
    private readonly CancellationTokenSource _closing = new();

    /// <summary>The control connection; offline before it is there.</summary>
    public ITransportConnection Connection { get; set; } = new OfflineConnection();

    public Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, TransportQos qos = TransportQos.AtLeastOnce) => PublishAsync(new TransportMessage
    {
        Topic = topic,
        Payload = payload,
        Qos = qos,
        Retain = retain,
        ContentType = payload.IsEmpty ? null : Json,
    });

    public async Task PublishAsync(TransportMessage message)
    {
        try
        {
            if (Connection.IsConnected) await Connection.PublishAsync(message, _closing.Token);
        }
        catch (Exception e) when (e is TransportException or OperationCanceledException or ObjectDisposedException)
        {
            LogLost(log, message.Topic, e.Message);
        }
    }

    public Task CloseAsync() => _closing.CancelAsync();

    [LoggerMessage(LogLevel.Debug, "not published topic={topic}: {reason}")]
    private static partial void LogLost(ILogger logger, string topic, string reason);
}
