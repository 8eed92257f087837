// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Boards.Tests;

/// <summary>A chip that writes down what is done to it.</summary>
internal sealed class FakeSpi : ISpiDevice, IImmediate
{
    public bool IsImmediate { get; set; } = true;

    /// <summary>Holds transfers up while it is not set.</summary>
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    /// <summary>Set when a transfer has begun.</summary>
    public ManualResetEventSlim Begun { get; } = new();

    public List<string> Calls { get; } = [];

    public BusStatus Transfer(Span<byte> data, SpiSettings settings, bool keepSelected)
    {
        lock (Calls) Calls.Add(keepSelected ? $"{data[0]} and on" : $"{data[0]}");
        Begun.Set();
        Gate.Wait();
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
