// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Tests;

/// <summary>A handler that keeps what it gets, for the test to take one by one.</summary>
internal sealed class Recorder
{
    private readonly Channel<TransportMessage> _messages = Channel.CreateUnbounded<TransportMessage>();

    public ValueTask Handle(TransportMessage message) => _messages.Writer.WriteAsync(message);

    public async Task<TransportMessage> NextAsync() => await _messages.Reader.ReadAsync(Patience.Token);

    public async Task<string> NextTextAsync() => (await NextAsync()).Text();

    public bool IsEmpty => !_messages.Reader.TryPeek(out _);
}
