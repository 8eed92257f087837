// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Fakes;

internal sealed class FakeNetPort : INetPort
{
    private readonly Queue<byte[]> _frames = new();
    private Action? _handler;

    public List<byte[]> Sent { get; } = [];

    public int Waiting => _frames.Count;

    public void Send(ReadOnlySpan<byte> frame) => Sent.Add(frame.ToArray());

    public bool TryReceive(Span<byte> buffer, out int lengthBytes)
    {
        lengthBytes = 0;
        if (!_frames.TryDequeue(out var frame)) return false;
        frame.CopyTo(buffer);
        lengthBytes = frame.Length;
        return true;
    }

    public void OnReadable(Action handler) => _handler = handler;

    public void Arrive(byte[] frame)
    {
        _frames.Enqueue(frame);
        _handler?.Invoke();
    }
}
