// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Migration;

/// <summary>One compressing and one expanding context of libzstd (Debian: libzstd1). Not thread-safe.</summary>
internal sealed unsafe partial class ZstdContext : IDisposable
{
    private const string Library = "libzstd.so.1";
    private const int Level = 1;

    private nint _compressing;
    private nint _expanding;

    private ZstdContext(nint compressing, nint expanding) => (_compressing, _expanding) = (compressing, expanding);

    /// <summary>Makes a context; null where libzstd is not installed.</summary>
    public static ZstdContext? TryCreate()
    {
        try
        {
            return new ZstdContext(CreateCompressing(), CreateExpanding());
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return null;
        }
    }

    /// <summary>Compresses; 0 when it does not fit.</summary>
    public int TryCompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        // SAFETY: both spans are pinned for the call, and libzstd stays within the lengths that it is given.
        fixed (byte* from = source, to = destination)
        {
            var length = Compress(_compressing, to, (nuint)destination.Length, from, (nuint)source.Length, Level);
            return IsError(length) != 0 ? 0 : (int)length;
        }
    }

    /// <summary>Expands; -1 when it is damaged or does not fit.</summary>
    public int TryExpand(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        // SAFETY: both spans are pinned for the call, and libzstd stays within the lengths that it is given, whatever the input.
        fixed (byte* from = source, to = destination)
        {
            var length = Expand(_expanding, to, (nuint)destination.Length, from, (nuint)source.Length);
            return IsError(length) != 0 ? -1 : (int)length;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_compressing != 0) FreeCompressing(_compressing);
        if (_expanding != 0) FreeExpanding(_expanding);
        (_compressing, _expanding) = (0, 0);
    }

    [LibraryImport(Library, EntryPoint = "ZSTD_createCCtx")]
    private static partial nint CreateCompressing();

    [LibraryImport(Library, EntryPoint = "ZSTD_createDCtx")]
    private static partial nint CreateExpanding();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeCCtx")]
    private static partial nuint FreeCompressing(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDCtx")]
    private static partial nuint FreeExpanding(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_compressCCtx")]
    private static partial nuint Compress(nint context, byte* destination, nuint capacity, byte* source, nuint length, int level);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressDCtx")]
    private static partial nuint Expand(nint context, byte* destination, nuint capacity, byte* source, nuint length);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint code);
}
