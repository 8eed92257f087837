// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Cli;

/// <summary>Reads what boards say of themselves: the retained messages, which the broker sends at once.</summary>
internal static class FleetView
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<FleetBoard>> ReadAsync(ITransportConnection connection, CancellationToken cancellation)
    {
        var messages = new ConcurrentDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var heardAt = 0L;
        var subscriptions = new List<IAsyncDisposable>();
        foreach (var part in new[] { "$state", "$description", "$load", "vm/+" })
        {
            subscriptions.Add(await connection.SubscribeAsync($"{FleetTopics.Root}/+/{part}", TransportQos.AtLeastOnce, Hear, cancellation));
        }
        // From here on, however long that took: what is retained comes behind it.
        var begun = TimeProvider.System.GetTimestamp();
        Volatile.Write(ref heardAt, begun);
        while (TimeProvider.System.GetElapsedTime(Volatile.Read(ref heardAt)) < Quiet && TimeProvider.System.GetElapsedTime(begun) < Longest) await Task.Delay(20, cancellation);
        foreach (var subscription in subscriptions) await subscription.DisposeAsync();
        return [.. messages.Keys.Select(FleetTopics.BoardOf).OfType<string>().Distinct().Order(StringComparer.Ordinal).Select(board => Describe(board, messages))];

        ValueTask Hear(TransportMessage message)
        {
            if (message.Payload.IsEmpty) messages.TryRemove(message.Topic, out _);
            else messages[message.Topic] = message.Payload;
            Volatile.Write(ref heardAt, TimeProvider.System.GetTimestamp());
            return ValueTask.CompletedTask;
        }
    }

    private static FleetBoard Describe(string board, ConcurrentDictionary<string, ReadOnlyMemory<byte>> messages)
    {
        var vms = FleetTopics.Vm(board, "");
        using var description = Parse(messages.GetValueOrDefault(FleetTopics.Description(board)));
        using var load = Parse(messages.GetValueOrDefault(FleetTopics.Load(board)));
        return new FleetBoard(
            board,
            messages.TryGetValue(FleetTopics.State(board), out var state) ? Printable.Text(Encoding.UTF8.GetString(state.Span)) : "unknown",
            [.. Texts(description, "roles")],
            [.. messages.Keys.Where(topic => topic.StartsWith(vms, StringComparison.Ordinal)).Select(topic => topic[vms.Length..]).Order(StringComparer.Ordinal)],
            Find(description, "architecture") is { ValueKind: JsonValueKind.String } architecture ? architecture.GetString() : null,
            Find(description, "labels") is { ValueKind: JsonValueKind.Object } labels ? labels.EnumerateObject().ToDictionary(label => label.Name, label => label.Value.ToString()) : null,
            Number(load, "busyPercent"),
            (long?)(Number(load, "guestMemoryBytes") - Number(load, "usedMemoryBytes")));
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return payload.IsEmpty ? null : JsonDocument.Parse(payload);
        }
        catch (JsonException)
        {
            return null; // not of a board of ours
        }
    }

    private static JsonElement? Find(JsonDocument? document, string name) =>
        document?.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty(name, out var value) ? value : null;

    private static IEnumerable<string> Texts(JsonDocument? document, string name) =>
        Find(document, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(item => item.ToString()) : [];

    private static double? Number(JsonDocument? document, string name) => Find(document, name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;
}
