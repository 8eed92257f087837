// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Text;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Migration;

/// <summary>Sends commands to boards and hears their answers. Thread-safe.</summary>
/// <param name="connection">The way to the broker.</param>
/// <param name="answerTopic">Where answers are wanted; nobody else's.</param>
/// <param name="sign">Says who asks: the user properties for a board, verb and payload.</param>
/// <param name="user">The broker's user, when the broker shows who asks; null otherwise.</param>
/// <param name="time">The clock of all waiting.</param>
public sealed class FleetCaller(
    ITransportConnection connection,
    string answerTopic,
    Func<string, string, ReadOnlyMemory<byte>, IReadOnlyList<KeyValuePair<string, string>>> sign,
    string? user,
    TimeProvider time)
{
    private static readonly TimeSpan Expiry = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<ReadOnlyMemory<byte>>> _questions = new(StringComparer.Ordinal);

    /// <summary>Hears answers from now on.</summary>
    public Task<IAsyncDisposable> ListenAsync(CancellationToken cancellation) => connection.SubscribeAsync(answerTopic, TransportQos.AtLeastOnce, OnAnswer, cancellation);

    /// <summary>Sends a command and waits for its answer.</summary>
    /// <exception cref="TimeoutException">None came.</exception>
    /// <exception cref="TransportException">It could not be sent.</exception>
    public async Task<ReadOnlyMemory<byte>> AskAsync(string board, string verb, ReadOnlyMemory<byte> payload, TimeSpan patience, CancellationToken cancellation)
    {
        var id = Guid.NewGuid().ToString("n");
        var answer = _questions[id] = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            var command = new TransportMessage
            {
                Topic = FleetTopics.Command(board, verb) + (user is null ? "" : $"/{user}"),
                Payload = payload,
                Qos = TransportQos.AtLeastOnce,
                ResponseTopic = answerTopic,
                CorrelationData = Encoding.ASCII.GetBytes(id),
                Expiry = Expiry,
                ContentType = "application/json",
                UserProperties = sign(board, verb, payload),
            };
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var sending = connection.PublishAsync(command, limit.Token);
            try
            {
                await sending.WaitAsync(patience, time, cancellation).ConfigureAwait(false);
                return await answer.Task.WaitAsync(patience, time, cancellation).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                await limit.CancelAsync().ConfigureAwait(false);
                throw new TimeoutException($"board '{board}' does not answer '{verb}' within {patience.TotalSeconds:0} s");
            }
        }
        finally
        {
            _questions.TryRemove(id, out _);
        }
    }

    private ValueTask OnAnswer(TransportMessage message)
    {
        if (_questions.TryGetValue(Encoding.ASCII.GetString(message.CorrelationData.Span), out var question)) question.TrySetResult(message.Payload);
        return ValueTask.CompletedTask;
    }
}
