// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// A device's end of a disk: an array of bytes of fixed length. On the VM's turn only. Several requests may be under way
/// at once and may complete in any order; a device that needs an order waits.
/// </summary>
public interface IBlockPort
{
    /// <summary>Length in bytes, a multiple of 512.</summary>
    long LengthBytes { get; }

    /// <summary>Whether writes are refused.</summary>
    bool IsReadOnly { get; }

    /// <summary>
    /// The mark of the content as it is now; empty where a port has none. A device compares it with the one it saved, so that
    /// its state is never put on top of a disk that went on without it. Only while no request is under way.
    /// </summary>
    string ContentMark => "";

    /// <summary>Makes sure that any later write changes <see cref="ContentMark"/>, and gives it to be saved. Only while no request is under way.</summary>
    string MarkContent() => ContentMark;

    /// <summary>Reads a range.</summary>
    /// <param name="offset">The first byte; the range lies on the disk.</param>
    /// <param name="destination">Belongs to the port until completion.</param>
    /// <param name="completed">Called once on the VM's turn: before this returns, or later.</param>
    void Read(long offset, Memory<byte> destination, Action<BusStatus> completed);

    /// <summary>Writes a range; it may rest in caches until a flush.</summary>
    void Write(long offset, ReadOnlyMemory<byte> source, Action<BusStatus> completed);

    /// <summary>Completes when all writes that completed before are durable.</summary>
    void Flush(Action<BusStatus> completed);
}
