// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>Flash at zero and SRAM at 0x2000_0000 on the native heap, each with a page after it that nobody may touch.</summary>
internal sealed unsafe class GuestRam : IGuestMemory, IDisposable
{
    public const uint Flash = 0;
    public const uint Sram = 0x2000_0000;
    public const int LengthBytes = 64 * 1024;
    private const byte Untouched = 0xA5;
    private readonly List<nint> _allocations = [];

    public GuestRam(bool isFlashWritable)
    {
        Regions = [Allocate("flash", Flash), Allocate("sram", Sram)];
        if (!isFlashWritable) new Span<byte>(Regions[0].Flags, (int)Regions[0].PageCount).Fill((byte)PageFlags.ReadOnly);
    }

    public IReadOnlyList<RamRegion> Regions { get; }

    /// <summary>Whether no access has gone beyond an end.</summary>
    public bool GuardIsIntact => Regions.All(r => new ReadOnlySpan<byte>(r.Host + r.LengthBytes, RamRegion.PageBytes).IndexOfAnyExcept(Untouched) < 0);

    public Span<byte> Bytes(int region) => new(Regions[region].Host, LengthBytes);

    public bool TryRead(ulong address, Span<byte> destination)
    {
        var length = (ulong)destination.Length;
        if (Regions.FirstOrDefault(r => r.Contains(address, length)) is not { } region) return false;
        new ReadOnlySpan<byte>(region.Host + (address - region.Start), destination.Length).CopyTo(destination);
        return true;
    }

    public bool TryWrite(ulong address, ReadOnlySpan<byte> source)
    {
        var length = (ulong)source.Length;
        if (Regions.FirstOrDefault(r => r.Contains(address, length)) is not { } region) return false;
        var offset = address - region.Start;
        for (var page = offset >> 12; page <= (offset + length - 1) >> 12; page++) region.MarkWritten(page);
        source.CopyTo(new Span<byte>(region.Host + offset, source.Length));
        return true;
    }

    public void Dispose()
    {
        foreach (var allocation in _allocations) NativeMemory.Free((void*)allocation);
    }

    private RamRegion Allocate(string name, uint start)
    {
        var host = (byte*)NativeMemory.AllocZeroed(LengthBytes + RamRegion.PageBytes);
        var flags = (byte*)NativeMemory.AllocZeroed(LengthBytes >> RamRegion.PageShift);
        _allocations.AddRange([(nint)host, (nint)flags]);
        new Span<byte>(host + LengthBytes, RamRegion.PageBytes).Fill(Untouched);
        return new RamRegion(name, start, LengthBytes, host, flags);
    }
}
