// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using MQTTnet;
using MQTTnet.Diagnostics.PacketInspection;
using MQTTnet.Exceptions;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>A link on MQTTnet.</summary>
/// <remarks>
/// MQTTnet queues received messages without bound. Its packet inspector is the one place that its receiving loop waits
/// for, so the inspector holds it back while the inbox has no room.
/// </remarks>
internal sealed class MqttNetLink : IMqttLink
{
    private readonly LinkSettings _settings;
    private readonly Inbox _inbox;
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _disposing = new();
    private int _unanswered;

    public MqttNetLink(LinkSettings settings, Inbox inbox)
    {
        _settings = settings;
        _inbox = inbox;
        _client.InspectPacketAsync += WaitForRoomAsync;
        _client.ApplicationMessageReceivedAsync += Receive;
        _client.DisconnectedAsync += OnDisconnected;
    }

    public Task<string> Closed => _closed.Task;

    public async Task<BrokerLimits> ConnectAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _disposing.Token);
        limit.CancelAfter(_settings.Broker.ConnectTimeout);
        var result = await TryConnectAsync(limit.Token, cancellation).ConfigureAwait(false);
        if (result.ResultCode != MqttClientConnectResultCode.Success)
        {
            var words = string.IsNullOrEmpty(result.ReasonString) ? "" : $": {result.ReasonString}";
            throw new TransportException($"the broker refused the connection: {ReasonCode.Describe((int)result.ResultCode)}{words}");
        }
        return new BrokerLimits(
            result.IsSessionPresent,
            Math.Min(result.MaximumPacketSize is { } size and > 0 ? size : uint.MaxValue, BrokerLimits.ProtocolMaximumPacketBytes),
            result.ReceiveMaximum is { } messages and > 0 ? messages : ushort.MaxValue,
            result.SubscriptionIdentifiersAvailable);
    }

    public async Task PublishAsync(TransportMessage message)
    {
        var result = await ExecuteAsync(token => _client.PublishAsync(MqttNetMessage.Of(message), token)).ConfigureAwait(false);
        Verify((int)result.ReasonCode);
    }

    public async Task SubscribeAsync(LinkSubscription subscription)
    {
        var options = new MqttClientSubscribeOptions { SubscriptionIdentifier = (uint)subscription.Identifier };
        options.TopicFilters.Add(new MqttTopicFilter
        {
            Topic = subscription.Filter,
            QualityOfServiceLevel = (MqttQualityOfServiceLevel)subscription.Qos,
            RetainHandling = subscription.RetainedOnlyIfNew
                ? MqttRetainHandling.SendAtSubscribeIfNewSubscriptionOnly
                : MqttRetainHandling.SendAtSubscribe,
        });
        var result = await ExecuteAsync(token => _client.SubscribeAsync(options, token)).ConfigureAwait(false);
        foreach (var item in result.Items) Verify((int)item.ResultCode);
    }

    public async Task UnsubscribeAsync(string filter)
    {
        var options = new MqttClientUnsubscribeOptions();
        options.TopicFilters.Add(filter);
        await ExecuteAsync(token => _client.UnsubscribeAsync(options, token)).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_client.IsConnected) await _client.DisconnectAsync(new MqttClientDisconnectOptions(), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // A goodbye that cannot be said any more.
        }
        _disposing.Cancel();
        _client.Dispose();
        _closed.TrySetResult("closed");
    }

    private async Task<MqttClientConnectResult> TryConnectAsync(CancellationToken limit, CancellationToken cancellation)
    {
        try
        {
            return await _client.ConnectAsync(MqttNetOptions.Of(_settings), limit).ConfigureAwait(false);
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (Exception) when (limit.IsCancellationRequested)
        {
            throw new TransportException($"no answer within {_settings.Broker.ConnectTimeout.TotalSeconds:0} s");
        }
        catch (Exception e)
        {
            throw new TransportException(Innermost(e).Message, e);
        }
    }

    private async Task<TResult> ExecuteAsync<TResult>(Func<CancellationToken, Task<TResult>> act)
    {
        Interlocked.Increment(ref _unanswered);
        // An acknowledgement is due now: the receiving loop may have to go on for it.
        _inbox.Recheck();
        try
        {
            // With a token of our own, MQTTnet sets no time limit: a slow broker is not a lost one.
            return await act(_disposing.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whatever it is, the library does not know what became of the packet; should it still be connected, it must not stay so.
            await DisposeAsync().ConfigureAwait(false);
            throw new LinkLostException(_closed.Task.IsCompleted ? await _closed.Task.ConfigureAwait(false) : Innermost(e).Message);
        }
        finally
        {
            Interlocked.Decrement(ref _unanswered);
        }
    }

    private async Task WaitForRoomAsync(InspectMqttPacketEventArgs args)
    {
        if (args.Direction != MqttPacketFlowDirection.Inbound) return;
        while (!_disposing.IsCancellationRequested)
        {
            var change = _inbox.WaitForChangeAsync();
            if (_inbox.HasRoom(Volatile.Read(ref _unanswered) > 0)) return;
            await change.WaitAsync(_disposing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task Receive(MqttApplicationMessageReceivedEventArgs args)
    {
        _inbox.Post(MqttNetMessage.Read(args.ApplicationMessage));
        return Task.CompletedTask;
    }

    private Task OnDisconnected(MqttClientDisconnectedEventArgs args)
    {
        _closed.TrySetResult(args.Exception switch
        {
            MqttClientUnexpectedDisconnectReceivedException { ReasonCode: { } code } =>
                $"the broker closed the connection: {ReasonCode.Describe((int)code)}",
            { } exception => Innermost(exception).Message,
            null when (int)args.Reason >= ReasonCode.FirstError && args.ClientWasConnected =>
                $"the broker closed the connection: {ReasonCode.Describe((int)args.Reason)}",
            null => "closed",
        });
        return Task.CompletedTask;
    }

    private static void Verify(int reason)
    {
        if (reason >= ReasonCode.FirstError) throw new TransportException($"the broker refused: {ReasonCode.Describe(reason)}");
    }

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner) exception = inner;
        return exception;
    }
}
