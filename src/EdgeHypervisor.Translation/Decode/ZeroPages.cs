// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Translation;

/// <summary>
/// Zero memory straight from the kernel: without a page of the host behind it until it is touched, and gone for good when it is
/// freed. The C library's allocator promises neither: it clears what it uses again, and keeps what is freed.
/// </summary>
public static unsafe partial class ZeroPages
{
    internal const int ProtRead = 1;
    internal const int ProtReadWrite = 1 | 2;
    private const int MapPrivateAnonymous = 0x02 | 0x20;
    private const int AdviceDontNeed = 4;
    internal static readonly nint Failed = -1;

    /// <summary>Takes memory.</summary>
    /// <exception cref="OutOfMemoryException">The host has no more.</exception>
    public static nint Allocate(nuint lengthBytes)
    {
        // SAFETY: a fresh mapping at an address that the kernel chooses.
        var memory = Map(0, lengthBytes, ProtReadWrite, MapPrivateAnonymous, -1, 0);
        return memory != Failed ? memory : throw new OutOfMemoryException($"the host has no {lengthBytes} bytes for a core");
    }

    /// <summary>Makes it zero again, and its pages the host's until they are used again. madvise(2), <c>MADV_DONTNEED</c>.</summary>
    public static void Clear(nint memory, nuint lengthBytes)
    {
        // SAFETY: a whole private anonymous mapping of ours, which reads as zero afterwards.
        if (Advise(memory, lengthBytes, AdviceDontNeed) != 0) new Span<byte>((void*)memory, checked((int)lengthBytes)).Clear();
    }

    /// <summary>Gives it back.</summary>
    public static void Free(nint memory, nuint lengthBytes) => _ = Unmap(memory, lengthBytes);

    [LibraryImport("libc", EntryPoint = "mmap")]
    internal static partial nint Map(nint address, nuint lengthBytes, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint lengthBytes, int advice);

    [LibraryImport("libc", EntryPoint = "munmap")]
    internal static partial int Unmap(nint address, nuint lengthBytes);
}
