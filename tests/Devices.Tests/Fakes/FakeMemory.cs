// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Fakes;

/// <summary>A small RAM at <see cref="Start"/>, reached through the bounds-checked members only.</summary>
internal sealed class FakeMemory : IGuestMemory
{
    public const ulong Start = 0x8000_0000;

    public byte[] Bytes { get; } = new byte[64 * 1024];

    public IReadOnlyList<RamRegion> Regions => [];

    public bool TryRead(ulong address, Span<byte> destination)
    {
        if (!Contains(address, destination.Length)) return false;
        Bytes.AsSpan((int)(address - Start), destination.Length).CopyTo(destination);
        return true;
    }

    public bool TryWrite(ulong address, ReadOnlySpan<byte> source)
    {
        if (!Contains(address, source.Length)) return false;
        source.CopyTo(Bytes.AsSpan((int)(address - Start)));
        return true;
    }

    private bool Contains(ulong address, int length)
    {
        var offset = address - Start;
        return offset <= (ulong)Bytes.Length && (ulong)length <= (ulong)Bytes.Length - offset;
    }
}
