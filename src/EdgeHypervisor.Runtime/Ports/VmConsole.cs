// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>
/// The host's end of a serial line that is not mapped to a board: the guest's output in a ring that any number of
/// readers follow at their own pace, and a bounded queue of input. Thread-safe. An unused console takes no memory.
/// </summary>
/// <param name="device">The device whose line this is: <c>uart0</c>.</param>
public sealed class VmConsole(string device)
{
    /// <summary>The ring holds this many of the last bytes of output.</summary>
    public const int OutputBytes = 64 * 1024;

    /// <summary>Input that the guest has not taken waits up to this many bytes.</summary>
    public const int InputBytes = 4096;

    private readonly object _lock = new(); // waited on, too
    private readonly ByteQueue _input = new();
    private byte[] _ring = [];
    private long _end;
    private TaskCompletionSource? _moreOutput;
    private TaskCompletionSource? _moreRoom;
    private long? _kept;
    private Action? _inputArrived;

    /// <summary>The device whose line this is.</summary>
    public string Device { get; } = device;

    /// <summary>Bytes that the guest has sent so far: the position after the last one.</summary>
    public long OutputPosition
    {
        get { lock (_lock) return _end; }
    }

    /// <summary>
    /// Copies output from <paramref name="position"/> on and moves it behind what was copied. A reader that fell too far
    /// behind goes on at the oldest byte there is.
    /// </summary>
    /// <returns>Number of bytes copied; 0 when there are no newer ones.</returns>
    public int Read(ref long position, Span<byte> destination)
    {
        lock (_lock)
        {
            position = Math.Clamp(position, Math.Max(0, _end - _ring.Length), _end);
            var count = (int)Math.Min(destination.Length, _end - position);
            for (var i = 0; i < count; i++) destination[i] = _ring[(int)((position + i) & (_ring.Length - 1))];
            position += count;
            return count;
        }
    }

    /// <summary>Completes when there is output after <paramref name="position"/>.</summary>
    public Task WaitForOutputAsync(long position, CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            if (_end > position) return Task.CompletedTask;
            _moreOutput ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _moreOutput.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>The same for a thread that has nothing else to do; it also goes on when it is cancelled, without an exception.</summary>
    public void WaitForOutput(long position, CancellationToken cancellation)
    {
        using var end = cancellation.UnsafeRegister(static console => ((VmConsole)console!).WakeAll(), this);
        lock (_lock)
        {
            while (_end <= position && !cancellation.IsCancellationRequested) Monitor.Wait(_lock);
        }
    }

    /// <summary>
    /// From <paramref name="position"/> on no output is overwritten: a guest that is a whole ring ahead waits until the reader
    /// says so again; null lets it go. For who runs one machine and must not lose anything of it.
    /// </summary>
    public void Keep(long? position)
    {
        lock (_lock)
        {
            _kept = position;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Gives input to the guest, as much as there is room for.</summary>
    /// <returns>How many bytes were taken.</returns>
    public int TryWrite(ReadOnlySpan<byte> input)
    {
        Action? arrived;
        int count;
        lock (_lock)
        {
            count = Math.Min(input.Length, InputBytes - _input.Count);
            _input.Enqueue(input[..count]);
            arrived = count > 0 ? _inputArrived : null;
        }
        arrived?.Invoke();
        return count;
    }

    /// <summary>Gives all of the input to the guest and waits for room where it is needed.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellation = default)
    {
        while (true)
        {
            input = input[TryWrite(input.Span)..];
            if (input.IsEmpty) return;
            await WaitForRoomAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The guest sends a byte.</summary>
    internal void Append(byte value)
    {
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            while (_end - _kept >= OutputBytes) Monitor.Wait(_lock);
            if (_end >= _ring.Length && _ring.Length < OutputBytes) Grow();
            _ring[(int)(_end & (_ring.Length - 1))] = value;
            _end++;
            Monitor.PulseAll(_lock);
            waiting = _moreOutput;
            _moreOutput = null;
        }
        waiting?.SetResult();
    }

    /// <summary>The guest takes a byte.</summary>
    internal bool TryTake(out byte value)
    {
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            if (!_input.TryDequeue(out value)) return false;
            waiting = _moreRoom;
            _moreRoom = null;
        }
        waiting?.SetResult();
        return true;
    }

    /// <summary>Input that the guest has not taken yet; it goes with the guest's state.</summary>
    internal byte[] SaveInput()
    {
        lock (_lock) return _input.ToArray();
    }

    /// <summary>The input that waited when a state was saved, instead of what waits here; at most <see cref="InputBytes"/>.</summary>
    internal void RestoreInput(ReadOnlySpan<byte> input)
    {
        lock (_lock) _input.Clear();
        TryWrite(input);
    }

    /// <summary>Who hears, on the writer's thread, that input has come; at once when there is some already.</summary>
    internal void OnInput(Action arrived)
    {
        lock (_lock)
        {
            _inputArrived = arrived;
            if (_input.Count == 0) return;
        }
        arrived();
    }

    private void WakeAll()
    {
        lock (_lock) Monitor.PulseAll(_lock);
    }

    private Task WaitForRoomAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_input.Count < InputBytes) return Task.CompletedTask;
            _moreRoom ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _moreRoom.Task.WaitAsync(cancellation);
        }
    }

    // Only while nothing has been overwritten yet, so that a plain copy keeps the order. Sizes are powers of two.
    private void Grow() => Array.Resize(ref _ring, _ring.Length == 0 ? 256 : 2 * _ring.Length);
}
