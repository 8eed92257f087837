// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>A page of device bytes at 0x4000_0000 that remembers and calls back.</summary>
internal sealed class RecordingBus : IBus
{
    public const uint Device = 0x4000_0000;
    private readonly byte[] _bytes = new byte[4096];

    public List<(ulong Address, int Width, ulong Value)> Writes { get; } = [];

    public Action<ulong, ulong>? Written { get; set; }

    public bool TryRead(ulong address, AccessWidth width, out ulong value)
    {
        value = 0;
        if (address - Device >= 4096) return false;
        for (var i = (int)width - 1; i >= 0; i--) value = value << 8 | _bytes[(int)(address - Device) + i];
        return true;
    }

    public bool TryWrite(ulong address, AccessWidth width, ulong value)
    {
        if (address - Device >= 4096) return false;
        for (var i = 0; i < (int)width; i++) _bytes[(int)(address - Device) + i] = (byte)(value >> (8 * i));
        Writes.Add((address, (int)width, value));
        Written?.Invoke(address, value);
        return true;
    }
}
