// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeHypervisor.Migration;

/// <summary>What it takes on Linux until bytes survive a power cut.</summary>
public static partial class Medium
{
    /// <summary>Waits until the file's data is on the medium. Without the access times: fdatasync(2) where there is one.</summary>
    /// <exception cref="IOException">The medium failed: what was written since the last call may be lost.</exception>
    public static void Sync(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }
        if (DataSync(file) != 0) throw new IOException($"fdatasync failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Waits until the names in a folder are on the medium: after a creation or renaming, fsync(2) of the folder.</summary>
    public static void SyncFolder(string folder)
    {
        if (!OperatingSystem.IsLinux()) return;
        const int readOnlyDirectoryCloseOnExec = 0x80000;
        using var handle = new SafeFileHandle(Open(folder, readOnlyDirectoryCloseOnExec), ownsHandle: true);
        if (handle.IsInvalid || FullSync(handle) != 0) throw new IOException($"fsync of {folder} failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Writes zeros, so that all blocks from here to there are the file's own; a little at a time, which leaves no large garbage.</summary>
    public static void Fill(SafeFileHandle file, long from, long to)
    {
        var zeros = new byte[64 * 1024];
        for (; from < to; from += zeros.Length) RandomAccess.Write(file, zeros.AsSpan(0, (int)Math.Min(zeros.Length, to - from)), from);
    }

    /// <summary>Creates a file with this content, whole or not at all, and durably.</summary>
    public static void Create(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        using (var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, content, 0);
            RandomAccess.FlushToDisk(file);
        }
        File.Move(temporary, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int DataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FullSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);
}
