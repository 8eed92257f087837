// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Migration;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host;

/// <summary>The boards that this one hears of, itself among them, as they say themselves. Hints for people and planners.</summary>
internal sealed partial class FleetDirectory(ILogger log)
{
    private const int MaximumStateBytes = 64;
    private const int MaximumDescriptionBytes = 64 * 1024;
    private const int MaximumLoadBytes = 8 * 1024;
    private const int MaximumVmBytes = 8 * 1024;
    private const int MaximumBoards = 1000;
    private readonly ConcurrentDictionary<string, FleetBoardNotes> _boards = new(StringComparer.Ordinal);

    /// <summary>What is known, by the boards' names.</summary>
    public IReadOnlyDictionary<string, FleetBoardNotes> Boards => _boards;

    /// <summary>What is known of a board; null when nothing is.</summary>
    public FleetBoardNotes? Find(string name) => _boards.GetValueOrDefault(name);

    /// <summary>The board that says it has a VM; null when none does, or several do.</summary>
    public string? WhereIs(string vm) => _boards.Where(entry => entry.Value.Vms.ContainsKey(vm)).Select(entry => entry.Key).Take(2).ToArray() is [var only] ? only : null;

    /// <summary>For people.</summary>
    public IReadOnlyList<FleetBoard> Describe() =>
        [.. _boards.Select(entry => entry.Value.Describe(entry.Key)).OrderBy(known => known.Name, StringComparer.Ordinal)];

    /// <summary>Listens.</summary>
    public async Task ListenAsync(ITransportConnection connection, CancellationToken cancellation)
    {
        await connection.SubscribeAsync($"{FleetTopics.Root}/+/$state", TransportQos.AtLeastOnce, OnState, cancellation);
        await connection.SubscribeAsync($"{FleetTopics.Root}/+/$description", TransportQos.AtLeastOnce, OnDescription, cancellation);
        await connection.SubscribeAsync($"{FleetTopics.Root}/+/$load", TransportQos.AtMostOnce, OnLoad, cancellation);
        await connection.SubscribeAsync($"{FleetTopics.Root}/+/vm/+", TransportQos.AtLeastOnce, OnVm, cancellation);
    }

    private ValueTask OnState(TransportMessage message) => Note(message, MaximumStateBytes, (notes, payload) => notes.State = Encoding.UTF8.GetString(payload));

    private ValueTask OnDescription(TransportMessage message) => Note(message, MaximumDescriptionBytes, (notes, payload) =>
    {
        if (JsonSerializer.Deserialize(payload, HostJson.Default.FleetDescription) is { } description) notes.Description = description;
    });

    private ValueTask OnLoad(TransportMessage message) => Note(message, MaximumLoadBytes, (notes, payload) =>
    {
        if (JsonSerializer.Deserialize(payload, ControlJson.Default.FleetLoad) is { } load) notes.Load = load;
    });

    private ValueTask OnVm(TransportMessage message) => Note(message, MaximumVmBytes, (notes, payload) =>
        notes.Note(message.Topic[(message.Topic.LastIndexOf('/') + 1)..], payload.Length, payload.Length == 0 ? null : JsonSerializer.Deserialize(payload, HostJson.Default.FleetVm)));

    // What others say is not trusted: it is bounded, read strictly, and what cannot be read is dropped.
    private ValueTask Note(TransportMessage message, int maximumBytes, Noting note)
    {
        var name = FleetTopics.BoardOf(message.Topic);
        if (name is null || !NameRule.IsName(name) || message.Payload.Length > maximumBytes) return ValueTask.CompletedTask;
        if (_boards.Count >= MaximumBoards && !_boards.ContainsKey(name)) return ValueTask.CompletedTask;
        try
        {
            note(_boards.GetOrAdd(name, _ => new FleetBoardNotes()), message.Payload.Span);
        }
        catch (JsonException e)
        {
            LogDropped(log, message.Topic, e.Message);
        }
        return ValueTask.CompletedTask;
    }

    private delegate void Noting(FleetBoardNotes notes, ReadOnlySpan<byte> payload);

    [LoggerMessage(LogLevel.Debug, "dropped topic={topic}: {reason}")]
    private static partial void LogDropped(ILogger logger, string topic, string reason);
}
