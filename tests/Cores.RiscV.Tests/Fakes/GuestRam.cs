// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>Guest memory of one RAM region on the native heap, with a page after it that nobody may touch; flash below it where wanted.</summary>
internal sealed unsafe class GuestRam : IGuestMemory, IDisposable
{
    public const ulong Start = 0x8000_0000;
    public const ulong FlashStart = 0x2000_0000;
    private const byte Untouched = 0xA5;
    private readonly byte* _host;
    private readonly byte* _flags;
    private readonly byte* _flash;
    private readonly byte* _flashFlags;

    public GuestRam(ulong lengthBytes = 64 * 1024, ulong flashBytes = 0)
    {
        var bytes = (nuint)lengthBytes + RamRegion.PageBytes;
        _host = (byte*)NativeMemory.AlignedAlloc(bytes, RamRegion.PageBytes);
        NativeMemory.Clear(_host, bytes);
        _flags = (byte*)NativeMemory.AllocZeroed((nuint)(lengthBytes >> RamRegion.PageShift));
        Ram = new RamRegion("ram", Start, lengthBytes, _host, _flags);
        new Span<byte>(_host + lengthBytes, RamRegion.PageBytes).Fill(Untouched);
        Regions = [Ram];
        if (flashBytes == 0) return;
        var flashPages = (nuint)(flashBytes >> RamRegion.PageShift);
        _flash = (byte*)NativeMemory.AllocZeroed((nuint)flashBytes);
        _flashFlags = (byte*)NativeMemory.AllocZeroed(flashPages);
        new Span<byte>(_flashFlags, (int)flashPages).Fill((byte)PageFlags.ReadOnly);
        Regions = [new RamRegion("flash", FlashStart, flashBytes, _flash, _flashFlags), Ram];
    }

    public RamRegion Ram { get; }

    public IReadOnlyList<RamRegion> Regions { get; }

    public Span<byte> Bytes => new(_host, (int)Ram.LengthBytes);

    public ReadOnlySpan<byte> Flash => _flash == null ? [] : new(_flash, (int)Regions[0].LengthBytes);

    /// <summary>Whether no access has gone beyond the end.</summary>
    public bool GuardIsIntact =>
        new ReadOnlySpan<byte>(_host + Ram.LengthBytes, RamRegion.PageBytes).IndexOfAnyExcept(Untouched) < 0;

    public bool TryRead(ulong address, Span<byte> destination)
    {
        if (!Ram.Contains(address, (ulong)destination.Length)) return false;
        Bytes.Slice((int)(address - Start), destination.Length).CopyTo(destination);
        return true;
    }

    public bool TryWrite(ulong address, ReadOnlySpan<byte> source)
    {
        if (!Ram.Contains(address, (ulong)source.Length)) return false;
        for (var page = (address - Start) >> 12; page <= (address - Start + (ulong)source.Length - 1) >> 12; page++) Ram.MarkWritten(page);
        source.CopyTo(Bytes.Slice((int)(address - Start), source.Length));
        return true;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_host);
        NativeMemory.Free(_flags);
        NativeMemory.Free(_flash);
        NativeMemory.Free(_flashFlags);
    }
}
