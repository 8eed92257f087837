// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Fakes;

internal sealed class FakeUartPort : IUartPort
{
    private readonly Queue<byte> _input = new();
    private Action? _handler;

    public List<byte> Sent { get; } = [];

    public string SentText => Encoding.Latin1.GetString([.. Sent]);

    public int Waiting => _input.Count;

    public void Send(byte value) => Sent.Add(value);

    public bool TryReceive(out byte value) => _input.TryDequeue(out value);

    public void OnReadable(Action handler) => _handler = handler;

    public void Type(params ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes) _input.Enqueue(b);
        _handler?.Invoke();
    }

    public void CopyOutsideTo(FakeUartPort other)
    {
        foreach (var b in _input) other._input.Enqueue(b);
    }
}
