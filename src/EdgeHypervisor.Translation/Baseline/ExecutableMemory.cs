// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Translation;

/// <summary>
/// Room for machine code, seen twice: writable in one place, executable in another, in none both. As .NET does it for its own; and where .NET is told
/// not to, it is seen once. (QEMU's user-mode emulator before version 8.1 misses what is changed elsewhere than it is executed.)
/// </summary>
internal sealed unsafe partial class ExecutableMemory : IDisposable
{
    private const int ProtExecute = 4;
    private const int MapShared = 1;
    private const uint CloseOnExec = 1;
    private static readonly bool IsSeenOnce = Environment.GetEnvironmentVariable("DOTNET_EnableWriteXorExecute") == "0";
    private readonly int _lengthBytes;
    private readonly nint _writable;
    private readonly nint _executable;

    private ExecutableMemory(int lengthBytes, nint writable, nint executable)
    {
        (_lengthBytes, _writable, _executable) = (lengthBytes, writable, executable);
        UsedBytes = Aligned(InstructionCache.Synchronise.Length * sizeof(uint));
    }

    /// <summary>Bytes in use.</summary>
    public int UsedBytes { get; private set; }

    /// <summary>Takes memory, without pages of the host behind it until they are used; null where the host gives none that can be executed.</summary>
    public static ExecutableMemory? TryCreate(int lengthBytes)
    {
        var file = Create("edgehypervisor-code", CloseOnExec);
        if (file < 0) return null;
        try
        {
            if (Truncate(file, lengthBytes) != 0) return null;
            var writable = ZeroPages.Map(0, (nuint)lengthBytes, ZeroPages.ProtReadWrite, MapShared, file, 0);
            if (writable == ZeroPages.Failed) return null;
            // SAFETY: inside the mapping. Before it can be executed: Linux synchronises the caches when it makes a page executable (arch/arm64/mm/flush.c), and nothing else can yet.
            InstructionCache.Synchronise.CopyTo(new Span<uint>((void*)writable, lengthBytes / sizeof(uint)));
            var executable = MakeExecutable(file, writable, (nuint)lengthBytes);
            if (executable != ZeroPages.Failed) return new ExecutableMemory(lengthBytes, writable, executable);
            _ = ZeroPages.Unmap(writable, (nuint)lengthBytes);
            return null;
        }
        finally
        {
            _ = Close(file);
        }
    }

    /// <summary>Where the next code comes: an address that can be executed.</summary>
    public nint Next => _executable + UsedBytes;

    /// <summary>Whether something had no room.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Puts code in; false where there is no room for it.</summary>
    public bool TryWrite(ReadOnlySpan<byte> code)
    {
        IsFull = code.Length > _lengthBytes - UsedBytes;
        if (IsFull) return false;
        // SAFETY: inside the mapping, behind all code that may be running.
        code.CopyTo(new Span<byte>((void*)(_writable + UsedBytes), code.Length));
        Synchronise(Next, Next + code.Length);
        UsedBytes = Math.Min(Aligned(UsedBytes + code.Length), _lengthBytes);
        return true;
    }

    /// <summary>Takes back everything from an address on. Nothing of it may be running.</summary>
    public void ClearFrom(nint address) => UsedBytes = (int)(address - _executable);

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = ZeroPages.Unmap(_writable, (nuint)_lengthBytes);
        if (_executable != _writable) _ = ZeroPages.Unmap(_executable, (nuint)_lengthBytes);
    }

    private static int Aligned(int bytes) => (bytes + 15) & ~15;

    private static nint MakeExecutable(int file, nint writable, nuint lengthBytes)
    {
        if (!IsSeenOnce) return ZeroPages.Map(0, lengthBytes, ZeroPages.ProtRead | ProtExecute, MapShared, file, 0);
        return Protect(writable, lengthBytes, ZeroPages.ProtReadWrite | ProtExecute) == 0 ? writable : ZeroPages.Failed;
    }

    private void Synchronise(nint first, nint end)
    {
        if (InstructionCache.Synchronise.IsEmpty) return;
        // SAFETY: the function that is at the beginning of all such memory.
        ((delegate* unmanaged[SuppressGCTransition]<nint, nint, void>)_executable)(first, end);
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Create(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "ftruncate")]
    private static partial int Truncate(int descriptor, long lengthBytes);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint lengthBytes, int protection);
}
