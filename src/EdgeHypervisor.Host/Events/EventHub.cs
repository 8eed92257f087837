// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Host;

/// <summary>What happens in the service, for everybody who listens. A listener that is too slow loses the oldest, never the service.</summary>
internal sealed class EventHub(TimeProvider time)
{
    private const int Backlog = 256;
    private const int ListenerRoom = 1024;
    private readonly Lock _lock = new();
    private readonly Queue<ServiceEvent> _recent = new(Backlog);
    private readonly HashSet<Channel<ServiceEvent>> _listeners = [];
    private long _sequence;

    public void Publish(string kind, string subject, string? detail = null)
    {
        lock (_lock)
        {
            var happened = new ServiceEvent(++_sequence, time.GetUtcNow(), kind, subject, detail);
            if (_recent.Count == Backlog) _recent.Dequeue();
            _recent.Enqueue(happened);
            foreach (var listener in _listeners) listener.Writer.TryWrite(happened);
        }
    }

    /// <summary>Recent events where asked for, then new ones as they happen, until cancelled.</summary>
    public async IAsyncEnumerable<ServiceEvent> ListenAsync(bool withRecent, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var listener = Channel.CreateBounded<ServiceEvent>(
            new BoundedChannelOptions(ListenerRoom) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_lock)
        {
            if (withRecent)
                foreach (var happened in _recent) listener.Writer.TryWrite(happened);
            _listeners.Add(listener);
        }
        try
        {
            await foreach (var happened in listener.Reader.ReadAllAsync(cancellation)) yield return happened;
        }
        finally
        {
            lock (_lock) _listeners.Remove(listener);
        }
    }
}
