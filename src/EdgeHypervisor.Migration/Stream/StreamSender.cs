// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Migration;

/// <summary>
/// The sending end of a data stream over a transport that may lose, double and reorder: numbered frames, no more under way
/// than the receiver grants, repeated when the receiver misses them or is silent for too long. Thread-safe for one sender.
/// </summary>
internal sealed class StreamSender : IDisposable
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly StreamSenderOptions _options;
    private readonly FrameSeal _seal;
    private readonly FrameSeal _answers;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<ulong, Outstanding> _outstanding = [];
    private TaskCompletionSource _changed = NewSignal();
    private ulong _lastAnswer;
    private long _sendOrder;
    private int _outstandingBytes;
    private TimeSpan _roundTrip = TimeSpan.FromMilliseconds(250);
    private TimeSpan _shortestRoundTrip = TimeSpan.MaxValue;
    private bool _measured;
    private volatile bool _failed;
    private int _silentTimes;
    private long _heardAt;
    private Action<ReadOnlySpan<byte>>? _answered;
    private bool _disposed;

    public StreamSender(StreamSenderOptions options, FrameSeal seal, FrameSeal answers, TimeProvider time)
    {
        (_options, _seal, _answers, _time) = (options, seal, answers, time);
        _heardAt = time.GetTimestamp();
        _timer = time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A frame that was sent and not yet acknowledged.</summary>
    private sealed class Outstanding(byte[] frame)
    {
        public byte[] Frame { get; } = frame;
        public long SentAt { get; set; }
        public long Order { get; set; }
        public bool Repeated { get; set; }
    }

    /// <summary>Called when the receiver has been silent for a while.</summary>
    public Action OnSilence { get; init; } = () => { };

    /// <summary>When the receiver has been silent for this long, sending fails.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The number of the last frame.</summary>
    public ulong LastNumber { get; private set; }

    /// <summary>Bytes handed to the transport, repetitions included.</summary>
    public long BytesSent { get; private set; }

    /// <summary>The time from sending a frame to hearing of it, lately.</summary>
    public TimeSpan RoundTrip
    {
        get
        {
            lock (_gate) return _roundTrip;
        }
    }

    /// <summary>The shortest of these times: what the way alone takes.</summary>
    public TimeSpan ShortestRoundTrip
    {
        get
        {
            lock (_gate) return _measured ? _shortestRoundTrip : TimeSpan.Zero;
        }
    }

    /// <summary>Who takes the answers to questions: the question's number, and what it was answered.</summary>
    public void OnAnswer(Action<ReadOnlySpan<byte>> handler) => _answered = handler;

    /// <summary>Sends one frame, when the receiver's credit allows it.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            byte[]? frame = null;
            lock (_gate)
            {
                if (HasRoom(content.Length)) frame = Enlist(content.Span);
                changed = _changed.Task;
            }
            if (frame is not null)
            {
                _ = _options.Publish(frame); // the receiver's credit is the bound, not what the transport has taken
                return;
            }
            await WaitAsync(changed, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until the receiver has dealt with all that was sent.</summary>
    public async ValueTask DrainAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_outstanding.Count == 0) return;
                changed = _changed.Task;
            }
            await WaitAsync(changed, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>A frame of the receiver's came.</summary>
    public void OnFrame(ReadOnlySpan<byte> frame)
    {
        if (Open(frame, out var number) is not { Length: > 0 } content) return;
        switch ((FrameContent)content[0])
        {
            case FrameContent.Acknowledge when content.Length == 18:
                Acknowledge(number, content.AsSpan(1));
                break;
            case FrameContent.Known or FrameContent.Settled:
                _answered?.Invoke(content.AsSpan(1));
                break;
        }
    }

    /// <summary>The connection is there again: whatever was under way may be lost.</summary>
    public void OnReconnected() => Repeat(_ => true);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
        }
        _timer.Dispose();
    }

    // What comes when it is over finds no keys any more.
    private byte[]? Open(ReadOnlySpan<byte> frame, out ulong number)
    {
        lock (_gate)
        {
            if (!_disposed) return _answers.Open(frame, out number);
            number = 0;
            return null;
        }
    }

    private async ValueTask WaitAsync(Task changed, CancellationToken cancellation)
    {
        await changed.WaitAsync(cancellation).ConfigureAwait(false);
        if (_failed) throw new MoveException($"the destination has not acknowledged anything for {Patience.TotalSeconds:F0} s");
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool HasRoom(int contentLength) => _outstanding.Count == 0
        || (_outstanding.Count < _options.WindowMessages && _outstandingBytes + contentLength + FrameSeal.OverheadBytes <= _options.WindowBytes);

    private byte[] Enlist(ReadOnlySpan<byte> content)
    {
        var frame = _seal.Seal(++LastNumber, content);
        if (_outstanding.Count == 0)
        {
            _heardAt = _time.GetTimestamp();
            _silentTimes = 0;
        }
        _outstanding[LastNumber] = new Outstanding(frame) { SentAt = _time.GetTimestamp(), Order = ++_sendOrder };
        _outstandingBytes += frame.Length;
        BytesSent += frame.Length;
        if (_outstanding.Count == 1) StartTimer();
        return frame;
    }

    private void Acknowledge(ulong answer, ReadOnlySpan<byte> content)
    {
        var through = BinaryPrimitives.ReadUInt64LittleEndian(content);
        var beyond = BinaryPrimitives.ReadUInt64LittleEndian(content[8..]);
        var wantsAll = content[16] != 0;
        long newest = 0;
        lock (_gate)
        {
            _heardAt = _time.GetTimestamp();
            _silentTimes = 0;
            foreach (var (number, sent) in _outstanding.ToArray())
            {
                if (!IsHere(number, through, beyond)) continue;
                newest = Math.Max(newest, sent.Order);
                if (!sent.Repeated) MeasureRoundTrip(_time.GetElapsedTime(sent.SentAt));
                _outstandingBytes -= sent.Frame.Length;
                _outstanding.Remove(number);
            }
            if (answer > _lastAnswer) _lastAnswer = answer;
            else wantsAll = false; // an old answer, late or played again: what it says is here still is
            if (_outstanding.Count > 0) StartTimer();
            Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();
        }
        // A frame that was sent before one that has arrived has been overtaken: it is lost, or as good as lost.
        Repeat(sent => wantsAll || sent.Order < newest);
    }

    private static bool IsHere(ulong number, ulong through, ulong beyond) =>
        number <= through || (number - through <= 64 && (beyond >> (int)(number - through - 1) & 1) != 0);

    private void MeasureRoundTrip(TimeSpan sample)
    {
        _roundTrip = _measured ? _roundTrip + (sample - _roundTrip) / 8 : sample;
        if (sample < _shortestRoundTrip) _shortestRoundTrip = sample;
        _measured = true;
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_disposed || _outstanding.Count == 0) return;
            _silentTimes++;
            if (_time.GetElapsedTime(_heardAt) > Patience)
            {
                _failed = true;
                _changed.TrySetResult();
                return;
            }
        }
        if (_silentTimes >= 3) OnSilence();
        // One is enough to find out whether anybody is there: its acknowledgement brings the rest along.
        var first = true;
        Repeat(_ =>
        {
            var isFirst = first;
            first = false;
            return isFirst;
        });
    }

    private void StartTimer()
    {
        var wait = _roundTrip * 3 * (1 << Math.Min(_silentTimes, 4));
        _timer.Change(wait < ShortestWait ? ShortestWait : wait > LongestWait ? LongestWait : wait, Timeout.InfiniteTimeSpan);
    }

    private void Repeat(Func<Outstanding, bool> which)
    {
        List<byte[]> frames = [];
        lock (_gate)
        {
            if (_disposed) return;
            foreach (var sent in _outstanding.Values.Where(which))
            {
                (sent.Repeated, sent.SentAt, sent.Order) = (true, _time.GetTimestamp(), ++_sendOrder);
                BytesSent += sent.Frame.Length;
                frames.Add(sent.Frame);
            }
            if (_outstanding.Count > 0) StartTimer();
        }
        foreach (var frame in frames) _ = _options.Publish(frame);
    }
}
