// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Boards.Tests;

/// <summary>A chip that writes down what is done to it.</summary>
internal sealed class FakeSpi : ISpiDevice, IImmediate
{
    public bool IsImmediate => true;

    public List<string> Calls { get; } = [];

    public BusStatus Transfer(Span<byte> data, SpiSettings settings, bool keepSelected)
    {
        lock (Calls) Calls.Add(keepSelected ? $"{data[0]} and on" : $"{data[0]}");
        return BusStatus.Ok;
    }

    public void Deselect()
    {
        lock (Calls) Calls.Add("deselect");
    }

    public void Dispose()
    {
    }
}
