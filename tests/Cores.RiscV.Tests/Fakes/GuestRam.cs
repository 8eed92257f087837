// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>Guest memory of one RAM region, low as a VM's where there is room or not, with a page after it that nobody may touch; flash below it where wanted.</summary>
internal sealed unsafe partial class GuestRam : IGuestMemory, IDisposable
{
    public const ulong Start = 0x8000_0000;
    public const ulong FlashStart = 0x2000_0000;
    private const byte Untouched = 0xA5;
    private const int ProtReadWrite = 3, MapPrivate = 2, MapAnonymous = 0x20, MapLow = 0x40;
    private readonly byte* _host;
    private readonly byte* _flags;
    private readonly byte* _flash;
    private readonly byte* _flashFlags;
    private readonly nuint _mappedBytes;

    public GuestRam(ulong lengthBytes = 64 * 1024, ulong flashBytes = 0, bool isLow = true)
    {
        var bytes = (nuint)lengthBytes + RamRegion.PageBytes;
        _mappedBytes = 2 * bytes; // the flags behind it
        _host = Map(null, _mappedBytes, ProtReadWrite, MapPrivate | MapAnonymous | (isLow && X86Base.X64.IsSupported ? MapLow : 0), -1, 0);
        Assert.True((nint)_host != -1, "no memory for the guest");
        _flags = _host + bytes;
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
        Assert.Equal(0, Unmap(_host, _mappedBytes));
        NativeMemory.Free(_flash);
        NativeMemory.Free(_flashFlags);
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial byte* Map(void* address, nuint lengthBytes, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint lengthBytes);
}
