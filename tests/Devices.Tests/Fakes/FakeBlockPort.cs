// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Fakes;

/// <summary>A disk in memory, whose requests complete at once or when the test says so.</summary>
internal sealed class FakeBlockPort(int sectors) : IBlockPort
{
    private readonly Queue<Action> _held = new();

    public byte[] Bytes { get; } = new byte[sectors * 512];

    public long LengthBytes => Bytes.Length;

    public bool IsReadOnly { get; init; }

    public bool Slow { get; set; }

    public int Flushes { get; private set; }

    public BusStatus Status { get; set; } = BusStatus.Ok;

    public int Held => _held.Count;

    public void Read(long offset, Memory<byte> destination, Action<BusStatus> completed) => Do(completed, () =>
        Bytes.AsMemory((int)offset, destination.Length).CopyTo(destination));

    public void Write(long offset, ReadOnlyMemory<byte> source, Action<BusStatus> completed) => Do(completed, () =>
        source.CopyTo(Bytes.AsMemory((int)offset)));

    public void Flush(Action<BusStatus> completed) => Do(completed, () => Flushes++);

    public void Complete() => _held.Dequeue()();

    private void Do(Action<BusStatus> completed, Action work)
    {
        work();
        if (Slow) _held.Enqueue(() => completed(Status));
        else completed(Status);
    }
}
