// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>A chip with 256 registers and a pointer that counts on.</summary>
internal sealed class FakeRegisters(ushort address) : II2cPort
{
    private readonly byte[] _registers = new byte[256];
    private byte _selected;

    public void Transfer(IReadOnlyList<I2cMessage> messages, Action<BusStatus> completed)
    {
        foreach (var message in messages)
        {
            if (message.Address != address)
            {
                completed(BusStatus.NoAcknowledge);
                return;
            }
            if (message.IsRead) Read(message.Data.Span);
            else Write(message.Data.Span);
        }
        completed(BusStatus.Ok);
    }

    private void Read(Span<byte> data)
    {
        foreach (ref var value in data) value = _registers[_selected++];
    }

    private void Write(ReadOnlySpan<byte> data)
    {
        for (var i = 0; i < data.Length; i++)
        {
            if (i == 0) _selected = data[0];
            else _registers[_selected++] = data[i];
        }
    }
}
