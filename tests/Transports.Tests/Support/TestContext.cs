// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Tests;

/// <summary>What a connection under test is given.</summary>
internal sealed class TestContext(string clientId, Dictionary<string, string> options) : ITransportContext
{
    private readonly TaskCompletionSource _reported = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ComponentOptions Options { get; } = new("transport", options);

    public string ClientId => clientId;

    public TransportMessage? Will { get; init; }

    public TimeSpan SessionExpiry { get; init; }

    public ConcurrentQueue<string> Reports { get; } = new();

    /// <summary>Completes with the first report.</summary>
    public Task Reported => _reported.Task;

    public void Report(string message)
    {
        Reports.Enqueue(message);
        _reported.TrySetResult();
    }
}
