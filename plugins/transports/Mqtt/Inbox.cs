// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>
/// Where links put what they receive. It takes everything, but says when there is no room left: a link then stops
/// reading, so that what comes next waits in the broker. Thread-safe.
/// </summary>
/// <param name="limitBytes">Bytes that may wait for their handlers.</param>
/// <param name="deliver">Hands a message to its subscriptions.</param>
internal sealed class Inbox(long limitBytes, Action<ReceivedMessage> deliver)
{
    // A handler may itself wait for an acknowledgement, which comes on the connection that is not being read any more: as
    // long as acknowledgements are due, more is taken in.
    private const int RoomWhileAcknowledgementsAreDue = 4;

    // What a message costs beyond its payload and texts: objects and list nodes.
    private const int OverheadBytes = 256;

    private readonly Lock _lock = new();
    private TaskCompletionSource? _changed;
    private long _waitingBytes;

    /// <summary>Somebody finished with a message, and there may be room again. From any thread.</summary>
    public event Action? Taken;

    /// <summary>Bytes that wait now.</summary>
    public long WaitingBytes => Interlocked.Read(ref _waitingBytes);

    /// <summary>Whether a link may read on.</summary>
    public bool HasRoom(bool acknowledgementsDue) =>
        WaitingBytes < (acknowledgementsDue ? limitBytes * RoomWhileAcknowledgementsAreDue : limitBytes);

    /// <summary>Takes a message in.</summary>
    public void Post(ReceivedMessage message) => deliver(message);

    /// <summary>A message waits for its handler.</summary>
    public void Add(long bytes) => Interlocked.Add(ref _waitingBytes, bytes);

    /// <summary>A handler is done with a message.</summary>
    public void Remove(long bytes)
    {
        Interlocked.Add(ref _waitingBytes, -bytes);
        Recheck();
        Taken?.Invoke();
    }

    /// <summary>Lets whoever waits for room look again.</summary>
    public void Recheck()
    {
        lock (_lock)
        {
            _changed?.TrySetResult();
            _changed = null;
        }
    }

    /// <summary>Completes at the next change; ask before looking whether there is room, so that none is missed.</summary>
    public Task WaitForChangeAsync()
    {
        lock (_lock)
        {
            _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _changed.Task;
        }
    }

    /// <summary>What a message counts for.</summary>
    public static long CostOf(ReceivedMessage message)
    {
        var content = message.Message;
        var texts = content.Topic.Length + (content.ResponseTopic?.Length ?? 0) + (content.ContentType?.Length ?? 0) + content.UserProperties.Sum(property => (long)property.Key.Length + property.Value.Length);
        return content.Payload.Length + content.CorrelationData.Length + (2 * texts) + (OverheadBytes * (1 + content.UserProperties.Count));
    }
}
