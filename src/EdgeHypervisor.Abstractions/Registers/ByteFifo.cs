// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A FIFO of bytes in a device, saved with its registers.</summary>
/// <param name="capacity">How many bytes it holds.</param>
public sealed class ByteFifo(int capacity) : IRegisterPart
{
    private readonly Queue<byte> _bytes = new(capacity);

    /// <summary>How many bytes wait.</summary>
    public int Count => _bytes.Count;

    /// <summary>Whether there is no room.</summary>
    public bool IsFull => _bytes.Count >= capacity;

    /// <summary>Adds a byte; false, and it is lost, when there is no room.</summary>
    public bool Add(byte value)
    {
        if (IsFull) return false;
        _bytes.Enqueue(value);
        return true;
    }

    /// <summary>Takes the oldest byte, if there is one.</summary>
    public bool TryTake(out byte value) => _bytes.TryDequeue(out value);

    /// <inheritdoc/>
    public void Reset() => _bytes.Clear();

    /// <inheritdoc/>
    public void Save(IStateWriter state) => state.Write("bytes", _bytes.ToArray().AsSpan());

    /// <inheritdoc/>
    public void Restore(IStateReader state)
    {
        var bytes = state.ReadBytes("bytes", capacity);
        _bytes.Clear();
        foreach (var value in bytes) _bytes.Enqueue(value);
    }
}
