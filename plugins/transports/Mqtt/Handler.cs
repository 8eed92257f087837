// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>One caller's handler: gets its messages one at a time, in order.</summary>
internal sealed class Handler
{
    private readonly Func<TransportMessage, ValueTask> _handle;
    private readonly Inbox _inbox;
    private readonly Action<string> _report;

    // Its bound is the inbox's: bytes, over all handlers of a connection.
    private readonly Channel<ReceivedMessage> _waiting = Channel.CreateUnbounded<ReceivedMessage>(new() { SingleReader = true });
    private readonly AsyncLocal<bool> _inside = new();
    private readonly Task _pump;
    private volatile bool _stopped;

    public Handler(Func<TransportMessage, ValueTask> handle, Inbox inbox, Action<string> report)
    {
        _handle = handle;
        _inbox = inbox;
        _report = report;
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>Lets a message wait for its turn.</summary>
    public void Post(ReceivedMessage message)
    {
        _inbox.Add(Inbox.CostOf(message));
        if (!_waiting.Writer.TryWrite(message)) _inbox.Remove(Inbox.CostOf(message));
    }

    /// <summary>After this the handler is not called any more. Waits for a call that runs, unless that call is the caller.</summary>
    public async ValueTask StopAsync()
    {
        _stopped = true;
        _waiting.Writer.TryComplete();
        if (!_inside.Value) await _pump.ConfigureAwait(false);
    }

    private async Task PumpAsync()
    {
        await foreach (var received in _waiting.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                if (!_stopped) await CallAsync(received.Message).ConfigureAwait(false);
            }
            finally
            {
                _inbox.Remove(Inbox.CostOf(received));
            }
        }
    }

    private async Task CallAsync(TransportMessage message)
    {
        try
        {
            _inside.Value = true;
            await _handle(message).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The next message must still be heard; whoever wrote the handler finds this in the log.
            _report($"the handler of a message on '{message.Topic}' failed: {e.GetType().Name}: {e.Message}");
        }
    }
}
