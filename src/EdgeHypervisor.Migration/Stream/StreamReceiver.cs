// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Migration;

/// <summary>
/// The receiving end of a data stream: opens frames, puts them in order, hands on each content once, and answers each frame
/// with what is here. Thread-safe; contents are handed on one at a time.
/// </summary>
internal sealed class StreamReceiver(FrameSeal frames, FrameSeal answers, Action<byte[]> handle, Action<byte[]> publish) : IDisposable
{
    /// <summary>How many frames ahead of a missing one are kept; further ones are dropped and will be repeated.</summary>
    private const int Ahead = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, byte[]> _early = [];
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong _through;
    private ulong _last = ulong.MaxValue;
    private ulong _answer;
    private bool _closed;
    private bool _active;

    /// <summary>Whether a frame came since the last time this was asked.</summary>
    public bool TakeActivity()
    {
        lock (_gate)
        {
            var active = _active;
            _active = false;
            return active;
        }
    }

    /// <summary>A frame came.</summary>
    public void OnFrame(ReadOnlySpan<byte> frame)
    {
        lock (_gate)
        {
            if (_closed || frames.Open(frame, out var number) is not { } content) return;
            _active = true;
            if (number > _through && number - _through <= Ahead) _early.TryAdd(number, content);
            HandInOrder();
            Answer(wantsAll: false);
        }
    }

    /// <summary>
    /// Completes when every frame up to <paramref name="last"/> was handed on; fails when one could not be understood. What has a
    /// higher number is not handed on any more: nothing changes what was verified, or is the board's by then.
    /// </summary>
    public Task WaitForAsync(ulong last)
    {
        lock (_gate)
        {
            _last = Math.Min(_last, last);
            if (_through >= _last) _reached.TrySetResult();
            else Answer(wantsAll: true);
            return _reached.Task;
        }
    }

    /// <summary>Sends an answer of another kind, unless it is over.</summary>
    public void Send(ReadOnlySpan<byte> content)
    {
        lock (_gate)
        {
            if (!_closed) publish(answers.Seal(++_answer, content));
        }
    }

    /// <summary>Hands on nothing any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _early.Clear();
        }
        _reached.TrySetCanceled();
    }

    private void HandInOrder()
    {
        while (!_closed && _through < _last && _early.Remove(_through + 1, out var content))
        {
            _through++;
            try
            {
                handle(content);
            }
            catch (Exception e)
            {
                // Whatever a peer makes a receiver throw ends this attempt and nothing else.
                _closed = true;
                _reached.TrySetException(e);
            }
        }
        if (_through >= _last) _reached.TrySetResult();
    }

    private void Answer(bool wantsAll)
    {
        Span<byte> content = stackalloc byte[18];
        content[0] = (byte)FrameContent.Acknowledge;
        BinaryPrimitives.WriteUInt64LittleEndian(content[1..], _through);
        BinaryPrimitives.WriteUInt64LittleEndian(content[9..], EarlyMap());
        content[17] = wantsAll ? (byte)1 : (byte)0;
        Send(content);
    }

    private ulong EarlyMap()
    {
        ulong map = 0;
        foreach (var number in _early.Keys) map |= 1UL << (int)(number - _through - 1);
        return map;
    }
}
