// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Boards.Tests;

/// <summary>A serial port whose sending a test can hold up.</summary>
internal sealed class FakeSerial : ISerialPort
{
    private SerialReceiver? _handler;

    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    public ManualResetEventSlim Begun { get; } = new();

    public List<byte> Sent { get; } = [];

    public void Write(ReadOnlySpan<byte> data)
    {
        Begun.Set();
        Gate.Wait();
        lock (Sent) Sent.AddRange(data);
    }

    public void OnReceive(SerialReceiver handler) => _handler = handler;

    public void Receive(params ReadOnlySpan<byte> data) => _handler!(data);

    public void Dispose()
    {
    }
}
