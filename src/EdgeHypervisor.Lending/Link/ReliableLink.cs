// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Lending;

/// <summary>
/// One end of a link over a transport that may lose, double and reorder frames: items come out at the other end once each and
/// in order. A pure state machine: time and frames in, frames out. One caller at a time.
/// </summary>
/// <remarks>
/// Items have numbers from 1 on; a frame says up to which one its sender has dealt with the other's, and how many more it
/// has room for: nobody can make the other end keep more than that. What is not acknowledged in time is sent again, from the
/// first on; a receiver takes each number once.
/// </remarks>
internal sealed class ReliableLink(LinkOptions options)
{
    private readonly LinkedList<LinkItem> _items = []; // not acknowledged: first those sent
    private readonly SortedDictionary<ulong, byte[]> _early = [];
    private ulong _first = 1; // number of the first of _items
    private int _sent; // how many of _items are sent, as far as repeating goes
    private ulong _highestSent;
    private ulong _limit = LinkOptions.Window; // the highest number that the other end takes
    private ulong _taken;
    private ulong _highestFrame;
    private long _peerSentNs;
    private long _lastSentNs = long.MinValue / 2;
    private long _retryAtNs = long.MaxValue;
    private long _retryNs = LinkOptions.FirstRetryNs;
    private long _answerAtNs = long.MaxValue;

    /// <summary>When the other end was last heard of; null before the first time.</summary>
    public long? HeardNs { get; private set; }

    /// <summary>Items that the other end has not confirmed.</summary>
    public int Unconfirmed => _items.Count;

    /// <summary>Items that were sent again.</summary>
    public long Repeated { get; private set; }

    public RoundTrips Trips { get; } = new();

    /// <summary>When <see cref="Poll"/> has something to do if nothing happens before.</summary>
    public long DueNs
    {
        get
        {
            if (CanSendNew) return long.MinValue;
            var keepAlive = options.KeepAliveNs == 0 ? long.MaxValue : _lastSentNs + options.KeepAliveNs;
            return Math.Min(keepAlive, Math.Min(_retryAtNs, _answerAtNs));
        }
    }

    private bool CanSendNew => _sent < _items.Count && _first + (ulong)_sent <= _limit;

    /// <summary>Adds an item behind those that wait.</summary>
    public void Add(LinkItem item) => _items.AddLast(item);

    /// <summary>The transport is there again: what is not confirmed goes out at once.</summary>
    public void Hurry(long nowNs)
    {
        _retryNs = Math.Min(_retryNs, LinkOptions.FirstRetryNs);
        if (_items.Count > 0) _retryAtNs = nowNs;
        _answerAtNs = nowNs;
    }

    /// <summary>Takes a frame of the other end, which must be authentic.</summary>
    /// <param name="number">The frame's number: only one that is higher than all before counts as a sign of life.</param>
    /// <param name="frame">What it says.</param>
    /// <param name="nowNs">Now.</param>
    /// <param name="arrived">Gets the items whose turn it is.</param>
    /// <returns>Whether it is newer than all before.</returns>
    /// <exception cref="FormatException">It confirms what was never sent.</exception>
    public bool Receive(ulong number, LinkFrame frame, long nowNs, List<byte[]> arrived)
    {
        if (frame.Taken > _highestSent) throw new FormatException($"item {frame.Taken} is confirmed, and {_highestSent} was the last one sent");
        var isNewest = number > _highestFrame;
        if (isNewest)
        {
            (_highestFrame, _peerSentNs, HeardNs) = (number, frame.SentNs, nowNs);
            if (frame.EchoNs != 0 && frame.EchoNs <= nowNs) Trips.Add(nowNs - frame.EchoNs - frame.HeldNs, frame.SentNs, nowNs);
            if (frame.WantsAnswer) _answerAtNs = nowNs;
        }
        Confirm(frame, nowNs);
        foreach (var (item, bytes) in frame.Items) Take(item, bytes, arrived);
        if (frame.Items.Count > 0) _answerAtNs = Math.Min(_answerAtNs, nowNs + options.AcknowledgeNs);
        return isNewest;
    }

    /// <summary>The next frame to send now; null when there is nothing to say.</summary>
    public LinkFrame? Poll(long nowNs, int maximumBytes)
    {
        if (DueNs > nowNs) return null;
        if (_retryAtNs <= nowNs) Repeat();
        var isKeepAlive = options.KeepAliveNs != 0 && _lastSentNs + options.KeepAliveNs <= nowNs;
        var items = TakeToSend(Math.Min(maximumBytes, LinkOptions.MaximumFrameBytes), nowNs);
        (_answerAtNs, _lastSentNs) = (long.MaxValue, nowNs);
        return new LinkFrame
        {
            Taken = _taken,
            Room = LinkOptions.Window,
            WantsAnswer = isKeepAlive,
            SentNs = nowNs,
            EchoNs = _peerSentNs,
            HeldNs = HeardNs is { } heard ? nowNs - heard : 0,
            Items = items,
        };
    }

    private void Confirm(LinkFrame frame, long nowNs)
    {
        _limit = Math.Max(_limit, frame.Taken + (ulong)Math.Min(frame.Room, LinkOptions.Window));
        if (frame.Taken < _first) return;
        while (_first <= frame.Taken)
        {
            var item = _items.First!.Value;
            _items.RemoveFirst();
            _first++;
            _sent = Math.Max(0, _sent - 1);
            item.Confirm();
        }
        _retryNs = Trips.RetryNs;
        _retryAtNs = _first > _highestSent ? long.MaxValue : nowNs + _retryNs;
    }

    private void Take(ulong number, byte[] bytes, List<byte[]> arrived)
    {
        if (number <= _taken || number > _taken + LinkOptions.Window) return; // had it; or more than there was room for
        _early.TryAdd(number, bytes);
        while (_early.Remove(_taken + 1, out var next))
        {
            _taken++;
            arrived.Add(next);
        }
    }

    private void Repeat()
    {
        Repeated += _sent;
        _sent = 0;
        _retryNs = Math.Min(_retryNs * 2, LinkOptions.LongestRetryNs);
        _retryAtNs = long.MaxValue;
    }

    private List<(ulong Number, byte[] Bytes)> TakeToSend(int maximumBytes, long nowNs)
    {
        var items = new List<(ulong, byte[])>();
        var room = maximumBytes - LinkFrame.HeadBytes;
        var node = _items.First;
        for (var i = 0; i < _sent; i++) node = node!.Next;
        for (; node is not null && CanSendNew && items.Count < byte.MaxValue; node = node.Next)
        {
            var bytes = node.Value.Bytes;
            room -= LinkFrame.ItemHeadBytes + bytes.Length;
            if (room < 0 && items.Count > 0) break;
            var number = _first + (ulong)_sent++;
            items.Add((number, bytes));
            _highestSent = Math.Max(_highestSent, number);
        }
        if (items.Count > 0 && _retryAtNs == long.MaxValue) _retryAtNs = nowNs + _retryNs;
        return items;
    }
}
