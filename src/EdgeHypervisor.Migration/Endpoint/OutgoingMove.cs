// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Migration;

/// <summary>
/// Sends a VM: round after round of what was written since while it runs, then, frozen, the rest. What the machine decides
/// comes in from outside; this only works, reports, and stops when it is told to.
/// </summary>
internal sealed class OutgoingMove : IAsyncDisposable
{
    private const int PagesInBlock = 16; // 64 KiB
    private const int PagesInQuestion = 1024;
    private const int SentPagesKept = 4096; // 16 MiB
    private const int HashEntryBytes = 5 + Digest256.LengthBytes;

    // An answer that is not here after so long is asked for again: it may be lost, or a disk take its time.
    private static readonly TimeSpan ShortestPatience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(2);

    private readonly IMovableVm _vm;
    private readonly MoveJob _job;
    private readonly TimeProvider _time;
    private readonly StreamKeys _keys = new();
    private readonly BlockCompressor _compressor = new();
    private readonly ImageDigest _digest;
    private readonly PageSet _dirty;
    private readonly SentPages _sent;
    private readonly byte[] _page = new byte[MovableRegion.PageBytes];
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _freeze = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConvergenceControl _control;
    private readonly HandoverClock _clock;
    private FrameSeal? _frames;
    private FrameSeal? _answers;
    private StreamSender? _stream;
    private PageBatchWriter? _batch;
    private BlockCodec _codec;
    private bool _destinationKnowsPages;
    private byte[] _destinationShare = [];
    private byte[] _block = [];
    private byte[] _frame = [];
    private Task _work = Task.CompletedTask;
    private readonly long _startedAt;
    private int _question;
    private MoveResult? _result;
    private volatile SourcePhase _phase = SourcePhase.Starting;
    private bool _disposed;
    private TaskCompletionSource<byte[]> _answer = new();

    public OutgoingMove(IMovableVm vm, MoveJob job, TimeProvider time)
    {
        (_vm, _job, _time) = (vm, job, time);
        _digest = new ImageDigest(vm.Offer.Regions);
        _dirty = new PageSet(vm.Offer.Regions);
        _sent = new SentPages(SentPagesKept);
        _control = new ConvergenceControl(job.Options, time);
        _clock = new HandoverClock(time);
        _startedAt = time.GetTimestamp();
    }

    /// <summary>The attempt.</summary>
    public MoveId Move { get; private set; }

    /// <summary>The job that it is for.</summary>
    public MoveJob Job => _job;

    /// <summary>What is offered.</summary>
    public VmOffer Offer => _vm.Offer;

    /// <summary>Our share of the keys.</summary>
    public byte[] KeyShare => _keys.Share;

    /// <summary>The sending end of the data stream; null until the offer was accepted.</summary>
    public StreamSender? Stream => _stream;

    /// <summary>The number of the data stream.</summary>
    public ulong StreamNumber => _frames?.Stream ?? 0;

    /// <summary>The machine is in this state now.</summary>
    public void Follow(SourceState state)
    {
        Move = state.Move;
        _phase = state.Phase;
    }

    /// <summary>Takes the time of the handover.</summary>
    public HandoverClock Clock => _clock;

    /// <summary>Takes what the destination said when it accepted.</summary>
    /// <exception cref="FormatException">Its key share is none, or its broker lets nothing useful through.</exception>
    public void Accept(ControlMessage accepted, int maximumPayloadBytes, Func<byte[], Task> publish, MoveEndpointOptions options, Action onSilence)
    {
        _destinationShare = accepted.KeyShare.ToArray();
        (_frames, _answers) = _keys.Agree(Move, _keys.Share, _destinationShare);
        _stream = new StreamSender(new StreamSenderOptions(publish, options.WindowBytes, options.WindowMessages), _frames, _answers, _time) { OnSilence = onSilence, Patience = options.Patience };
        _stream.OnAnswer(OnAnswer);
        _codec = accepted.Codec;
        _destinationKnowsPages = accepted.KnowsPages;
        var room = Math.Min(maximumPayloadBytes, accepted.MaximumPayloadBytes == 0 ? int.MaxValue : accepted.MaximumPayloadBytes) - FrameSeal.OverheadBytes;
        var pages = Math.Min(PagesInBlock, (room - 8) / (PageBatchWriter.EntryBytes + MovableRegion.PageBytes));
        if (pages < 1) throw new FormatException($"the broker takes payloads of {room} bytes only, which is less than a page");
        _batch = new PageBatchWriter(pages);
        _block = new byte[PageBatchWriter.MaximumLength(pages)];
        _frame = new byte[_block.Length + 6];
    }

    /// <summary>Whether an acceptance is the one that this attempt went on with.</summary>
    public bool IsAcceptedBy(ControlMessage accepted) => _stream is null || accepted.KeyShare.Span.SequenceEqual(_destinationShare);

    /// <summary>Begins to send. What happens is told to <paramref name="post"/>.</summary>
    public void Start(Action<ProtocolInput> post) => _work = Task.Run(() => SendAsync(post));

    /// <summary>The machine wants the VM frozen.</summary>
    public void RequestFreeze() => _freeze.TrySetResult();

    /// <summary>Stops sending, and lets the VM go on if it was frozen.</summary>
    public async Task ResumeAsync(ulong epoch)
    {
        await StopAsync().ConfigureAwait(false);
        if (_clock.HasBegun) await _vm.ResumeAsync(epoch).ConfigureAwait(false);
    }

    /// <summary>Stops sending and lets go of the VM: another board has it.</summary>
    public async Task ReleaseVmAsync()
    {
        _result = Result(MoveJobState.Succeeded, "");
        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The figures at the end.</summary>
    public MoveResult Result(MoveJobState state, string reason) => _result is not null ? _result with { State = state, Reason = reason } : new(state, reason)
    {
        Downtime = _clock.Downtime,
        DiskTime = _clock.Disk,
        Timeline = _clock.Timeline,
        Total = _time.GetElapsedTime(_startedAt),
        BytesSent = _stream?.BytesSent ?? 0,
        Rounds = _control.Round,
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        await StopAsync().ConfigureAwait(false);
        await _vm.DisposeAsync().ConfigureAwait(false);
        _keys.Dispose();
        _frames?.Dispose();
        _answers?.Dispose();
        _compressor.Dispose();
        _stop.Dispose();
    }

    private async Task StopAsync()
    {
        if (!_stop.IsCancellationRequested) await _stop.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
        _stream?.Dispose();
    }

    private async Task SendAsync(Action<ProtocolInput> post)
    {
        try
        {
            await CopyWhileRunningAsync().ConfigureAwait(false);
            post(new ProtocolInput.Converged(Move));
            await _freeze.Task.WaitAsync(_stop.Token).ConfigureAwait(false);
            await FinishFrozenAsync(post).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Told to stop: whoever did knows why.
        }
        catch (Exception e)
        {
            post(new ProtocolInput.Failed(Move, $"sending {Move} failed: {e.Message}"));
        }
    }

    // ---- While it runs -------------------------------------------------------------------------------------------

    private async Task CopyWhileRunningAsync()
    {
        if (_job.Options.MaximumRounds == 0) return;
        await _vm.CollectDirtyAsync(_dirty, _stop.Token).ConfigureAwait(false);
        if (_destinationKnowsPages) await AskForKnownPagesAsync().ConfigureAwait(false);
        do
        {
            _control.BeginRound(_dirty.Count, _vm.RunTime);
            await SendDirtyPagesAsync(_stop.Token).ConfigureAwait(false);
            // What is still under way, or not yet on the destination's disk, a frozen guest would wait for.
            var settled = SettleAsync();
            await _stream!.DrainAsync(_stop.Token).ConfigureAwait(false);
            _control.EndRound(_stream.ShortestRoundTrip);
            await settled.ConfigureAwait(false);
            await _vm.CollectDirtyAsync(_dirty, _stop.Token).ConfigureAwait(false);
            Report(_dirty.Count, 0);
            if (_control.ThrottleFor(_dirty.Count, _vm.RunTime) is { } percent) _vm.Throttle(percent);
        }
        while (!_control.HasConverged(_dirty.Count));
    }

    /// <summary>
    /// Pages that the destination has already are taken from the first round. The last region, the firmware, is asked about
    /// first; a board that knows none of many is not asked on.
    /// </summary>
    private async Task AskForKnownPagesAsync()
    {
        var perQuestion = Math.Min(PagesInQuestion, (_frame.Length - 5) / HashEntryBytes);
        foreach (var pages in _dirty.Pages().OrderByDescending(page => page.Region).ToArray().Chunk(perQuestion))
        {
            var asked = WriteQuestion(pages);
            if (asked.Count == 0) continue;
            var known = await AskAsync(_frame.AsMemory(0, 5 + asked.Count * HashEntryBytes), (asked.Count + 7) / 8).ConfigureAwait(false);
            if (asked.Count == perQuestion && !known.AsSpan().ContainsAnyExcept((byte)0)) return;
            for (var i = 0; i < asked.Count; i++)
            {
                if ((known[i / 8] >> (i % 8) & 1) == 0) continue;
                var (region, page, hash) = asked[i];
                _digest.Set(region, page, hash);
                _dirty.Remove(region, page);
            }
        }
    }

    private List<(int Region, int Page, Digest256 Hash)> WriteQuestion((int Region, int Page)[] pages)
    {
        List<(int, int, Digest256)> asked = [];
        foreach (var (region, page) in pages)
        {
            _vm.ReadPage(region, page, _page);
            if (PageBytes.IsZero(_page)) continue;
            var entry = _frame.AsSpan(5 + asked.Count * HashEntryBytes);
            var hash = ImageDigest.Hash(_page);
            entry[0] = (byte)region;
            BinaryPrimitives.WriteInt32LittleEndian(entry[1..], page);
            hash.CopyTo(entry[5..]);
            asked.Add((region, page, hash));
        }
        _frame[0] = (byte)FrameContent.Hashes;
        return asked;
    }

    /// <summary>The destination has all that was sent on its disk, and is ready for the rest.</summary>
    private async Task SettleAsync()
    {
        var question = new byte[5];
        question[0] = (byte)FrameContent.Settle;
        await AskAsync(question, answerBytes: 0).ConfigureAwait(false);
    }

    /// <summary>Gives a question its number and sends it. It arrives for certain; an answer that is lost is asked for again.</summary>
    private async Task<byte[]> AskAsync(Memory<byte> question, int answerBytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(question.Span[1..], ++_question);
        var answer = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _answer, answer);
        for (var patience = Longer(_stream!.RoundTrip * 3, ShortestPatience); ; patience = patience * 2 < LongestPatience ? patience * 2 : LongestPatience)
        {
            await _stream!.SendAsync(question, _stop.Token).ConfigureAwait(false);
            try
            {
                var known = await answer.Task.WaitAsync(patience, _time, _stop.Token).ConfigureAwait(false);
                if (known.Length == answerBytes) return known;
                throw new FormatException("an answer of the wrong length");
            }
            catch (TimeoutException)
            {
                // Asked again.
            }
        }
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private void OnAnswer(ReadOnlySpan<byte> content)
    {
        if (content.Length >= 4 && BinaryPrimitives.ReadInt32LittleEndian(content) == Volatile.Read(ref _question)) Volatile.Read(ref _answer).TrySetResult(content[4..].ToArray());
    }

    // ---- Frozen --------------------------------------------------------------------------------------------------

    private async Task FinishFrozenAsync(Action<ProtocolInput> post)
    {
        _clock.Begin();
        var state = await _vm.FreezeAsync(CancellationToken.None).ConfigureAwait(false);
        _clock.Mark(MoveStep.Stopped);
        await _vm.CollectDirtyAsync(_dirty, _stop.Token).ConfigureAwait(false);
        await SendDirtyPagesAsync(_stop.Token).ConfigureAwait(false);
        await SendStateAsync(state).ConfigureAwait(false);
        var digest = _digest.Root(state.Span);
        _clock.Mark(MoveStep.LastPages);
        post(new ProtocolInput.Frozen(Move, digest));
        // While the destination does the same: not before, since that would only keep it waiting.
        await _vm.KeepImageAsync(_stop.Token).ConfigureAwait(false);
        _clock.Mark(MoveStep.ImageKept);
        post(new ProtocolInput.ImageKept(Move));
    }

    private async Task SendStateAsync(ReadOnlyMemory<byte> state)
    {
        var offset = 0;
        do
        {
            var length = Math.Min(state.Length - offset, _frame.Length - 9);
            _frame[0] = (byte)FrameContent.State;
            BinaryPrimitives.WriteInt32LittleEndian(_frame.AsSpan(1), state.Length);
            BinaryPrimitives.WriteInt32LittleEndian(_frame.AsSpan(5), offset);
            state.Slice(offset, length).CopyTo(_frame.AsMemory(9));
            await _stream!.SendAsync(_frame.AsMemory(0, 9 + length), _stop.Token).ConfigureAwait(false);
            offset += length;
        }
        while (offset < state.Length);
    }

    // ---- Pages ---------------------------------------------------------------------------------------------------

    private async Task SendDirtyPagesAsync(CancellationToken cancellation)
    {
        var (total, done) = (_dirty.Count, 0);
        foreach (var (region, page) in _dirty.Pages())
        {
            AddPage(region, page);
            done++;
            if (!_batch!.IsFull) continue;
            await SendBlockAsync(cancellation).ConfigureAwait(false);
            Report(total - done, done * 100 / total);
        }
        await SendBlockAsync(cancellation).ConfigureAwait(false);
        _dirty.Clear();
    }

    private void AddPage(int region, int page)
    {
        _vm.ReadPage(region, page, _page);
        var before = _digest.Page(region, page);
        if (PageBytes.IsZero(_page))
        {
            _digest.SetZero(region, page);
            _sent.Drop(region, page);
            if (_digest.Page(region, page) != before) _batch!.Add(region, page, PageEncoding.Zero);
            return;
        }
        if (_digest.Set(region, page, _page) == before) return; // written, and the same as before
        var kept = _sent.Find(region, page);
        var body = _batch!.Add(region, page, kept.IsEmpty ? PageEncoding.Whole : PageEncoding.Xor);
        _page.CopyTo(body);
        if (!kept.IsEmpty) PageBytes.Xor(body, kept);
        _sent.Keep(region, page, _page);
    }

    private async ValueTask SendBlockAsync(CancellationToken cancellation)
    {
        if (_batch!.Count == 0) return;
        var length = _batch.Take(_block);
        var (codec, compressed) = _compressor.Compress(_block.AsSpan(0, length), _frame.AsSpan(6), _codec);
        _frame[0] = (byte)FrameContent.Pages;
        _frame[1] = (byte)codec;
        BinaryPrimitives.WriteInt32LittleEndian(_frame.AsSpan(2), length);
        await _control.PaceAsync(_stream!.BytesSent, cancellation).ConfigureAwait(false);
        await _stream!.SendAsync(_frame.AsMemory(0, 6 + compressed), cancellation).ConfigureAwait(false);
    }

    private void Report(int remainingPages, int percent) =>
        _job.Report(_control.Progress(_phase, percent, remainingPages, _stream!.BytesSent, _stream.RoundTrip));
}
