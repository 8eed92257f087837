// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;

namespace EdgeHypervisor.Migration;

/// <summary>What a destination has received of one attempt: pages, state, and the digest of both.</summary>
internal sealed class IncomingMove : IAsyncDisposable
{
    private const int MaximumStateBytes = 64 * 1024 * 1024;
    private const int MaximumBlockBytes = 128 * 1024;
    private const int HashEntryBytes = 5 + Digest256.LengthBytes;

    private readonly StreamKeys _keys = new();
    private readonly BlockCompressor _compressor = new();
    private readonly PageBatchReader _pages;
    private readonly PageLibrary? _library;
    private readonly ImageDigest _digest;
    private readonly byte[] _block = ArrayPool<byte>.Shared.Rent(MaximumBlockBytes); // too large to be made anew for each move: its garbage would be collected while a guest stands still
    private readonly ArrayBufferWriter<byte> _state = new();
    private readonly FrameSeal _frames;
    private readonly FrameSeal _answers;
    private Task _settling = Task.CompletedTask;
    private int _settlingFor;
    private bool _taken;

    public IncomingMove(ControlMessage prepare, OfferAnswer answer, Action<byte[]> publish)
    {
        Move = prepare.Message.Move;
        Receiver = answer.Receiver!;
        _library = answer.KnownPages;
        _digest = new ImageDigest(prepare.Offer!.Regions);
        _pages = new PageBatchReader(prepare.Offer.Regions, Receiver, _digest);
        (_frames, _answers) = _keys.Agree(Move, prepare.KeyShare.Span, _keys.Share);
        Stream = new StreamReceiver(_frames, _answers, Handle, publish);
    }

    /// <summary>For which attempt.</summary>
    public MoveId Move { get; }

    /// <summary>Where the VM goes.</summary>
    public IVmReceiver Receiver { get; }

    /// <summary>The receiving end of the data stream.</summary>
    public StreamReceiver Stream { get; }

    /// <summary>The number of the data stream.</summary>
    public ulong StreamNumber => _frames.Stream;

    /// <summary>Our share of the keys.</summary>
    public byte[] KeyShare => _keys.Share;

    /// <summary>The codec we like best.</summary>
    public BlockCodec Codec => _compressor.Codec;

    /// <summary>Whether asking for known pages makes sense.</summary>
    public bool KnowsPages => _library is { Count: > 0 };

    /// <summary>The VM's state, once all is here.</summary>
    public ReadOnlyMemory<byte> State => _state.WrittenMemory;

    /// <summary>Waits until all is here and checks that it is what the source has.</summary>
    /// <exception cref="MoveException">It is not.</exception>
    public async Task VerifyAsync(Digest256 expected, ulong lastFrame, ArrivalClock? clock = null)
    {
        try
        {
            await Stream.WaitForAsync(lastFrame).ConfigureAwait(false);
        }
        catch (FormatException e)
        {
            throw new MoveException($"the data stream of {Move} can't be understood: {e.Message}", e);
        }
        clock?.Mark(MoveStep.Arrived);
        var actual = _digest.Root(_state.WrittenSpan);
        if (actual != expected) throw new MoveException($"what arrived of {Move} has the digest {actual}, the source says {expected}");
        clock?.Mark(MoveStep.Verified);
    }

    /// <summary>The board runs it: the receiver is the board's now.</summary>
    public void Taken() => _taken = true;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Stream.Dispose();
        _keys.Dispose();
        _frames.Dispose();
        _answers.Dispose();
        _compressor.Dispose();
        ArrayPool<byte>.Shared.Return(_block); // no frame is handed on any more
        _library?.Dispose();
        if (!_taken) await Receiver.DisposeAsync().ConfigureAwait(false);
    }

    private void Handle(byte[] content)
    {
        if (content.Length == 0) throw new FormatException("an empty frame");
        var rest = content.AsSpan(1);
        switch ((FrameContent)content[0])
        {
            case FrameContent.Pages:
                TakePages(rest);
                break;
            case FrameContent.State:
                TakeState(rest);
                break;
            case FrameContent.Hashes:
                AnswerHashes(rest);
                break;
            case FrameContent.Settle:
                Settle(rest);
                break;
            default:
                throw new FormatException($"a frame of kind {content[0]}");
        }
    }

    private void TakePages(ReadOnlySpan<byte> content)
    {
        if (content.Length < 5) throw new FormatException("a block of pages without a head");
        var length = BinaryPrimitives.ReadInt32LittleEndian(content[1..]);
        if (length is < 0 or > MaximumBlockBytes) throw new FormatException($"a block of {length} bytes");
        var block = _block.AsSpan(0, length);
        _compressor.Expand((BlockCodec)content[0], content[5..], block);
        _pages.Apply(block);
    }

    private void TakeState(ReadOnlySpan<byte> content)
    {
        if (content.Length < 8) throw new FormatException("a piece of state without a head");
        var total = BinaryPrimitives.ReadInt32LittleEndian(content);
        var offset = BinaryPrimitives.ReadInt32LittleEndian(content[4..]);
        if (total is < 0 or > MaximumStateBytes) throw new FormatException($"a state of {total} bytes");
        if (offset != _state.WrittenCount || content.Length - 8 > total - offset) throw new FormatException("a piece of state out of place");
        _state.Write(content[8..]);
    }

    private void AnswerHashes(ReadOnlySpan<byte> content)
    {
        if (content.Length < 4 || (content.Length - 4) % HashEntryBytes != 0) throw new FormatException("a question about pages that is cut off");
        var count = (content.Length - 4) / HashEntryBytes;
        var answer = new byte[5 + (count + 7) / 8];
        answer[0] = (byte)FrameContent.Known;
        content[..4].CopyTo(answer.AsSpan(1));
        for (var i = 0; i < count; i++)
        {
            if (TakeKnown(content.Slice(4 + i * HashEntryBytes, HashEntryBytes))) answer[5 + i / 8] |= (byte)(1 << (i % 8));
        }
        Stream.Send(answer);
    }

    // Pages come in meanwhile. Asked again while it goes on, it answers once.
    private void Settle(ReadOnlySpan<byte> content)
    {
        if (content.Length != 4) throw new FormatException("a question of the wrong length");
        var question = BinaryPrimitives.ReadInt32LittleEndian(content);
        if (question == _settlingFor && !_settling.IsCompleted) return;
        var before = _settling;
        _settlingFor = question;
        _settling = Task.Run(() => SettleAsync(question, before));
    }

    private async Task SettleAsync(int question, Task before)
    {
        await before.ConfigureAwait(false);
        try
        {
            await Receiver.SettleAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // It fails again, and is told, when the source waits for it.
        }
        var answer = new byte[5];
        answer[0] = (byte)FrameContent.Settled;
        BinaryPrimitives.WriteInt32LittleEndian(answer.AsSpan(1), question);
        Stream.Send(answer);
    }

    private bool TakeKnown(ReadOnlySpan<byte> entry)
    {
        var page = BinaryPrimitives.ReadInt32LittleEndian(entry[1..]);
        _pages.RequirePage(entry[0], page);
        var content = _block.AsSpan(0, MovableRegion.PageBytes);
        if (_library is null || !_library.TryRead(Digest256.FromBytes(entry[5..]), content)) return false;
        _pages.Write(entry[0], page, content);
        return true;
    }
}
