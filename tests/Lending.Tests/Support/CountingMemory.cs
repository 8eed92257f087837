// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Lending.Tests;

/// <summary>A target that, told a number, reads as those after it.</summary>
internal sealed class CountingMemory(ushort address) : II2cTarget, IImmediate
{
    private byte _last;

    public ushort Address => address;

    public bool IsImmediate => true;

    public BusStatus Transfer(ReadOnlySpan<I2cMessage> messages)
    {
        foreach (var message in messages)
        {
            if (!message.IsRead) _last = message.Data.Span[^1];
            else foreach (ref var value in message.Data.Span) value = ++_last;
        }
        return BusStatus.Ok;
    }

    public void Dispose()
    {
    }
}
