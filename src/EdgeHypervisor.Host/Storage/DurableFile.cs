// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Host;

/// <summary>Files that are either as before or as after, whenever the power goes.</summary>
/// <remarks>Write aside, fsync(2), rename(2), and fsync of the folder, without which the rename itself is not durable.</remarks>
internal static partial class DurableFile
{
    private const string Aside = ".new";

    /// <summary>Replaces a file's content.</summary>
    public static void Write(string path, Action<Stream> content)
    {
        var aside = path + Aside;
        using (var file = new FileStream(aside, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            content(file);
            file.Flush(flushToDisk: true);
        }
        Commit(aside, path);
    }

    /// <summary>Replaces a file's content.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var aside = path + Aside;
        using (var file = new FileStream(aside, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        Commit(aside, path);
    }

    /// <summary>Puts a file that is complete and flushed in its place.</summary>
    public static void Commit(string aside, string path)
    {
        File.Move(aside, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Makes renames and deletions in a folder durable.</summary>
    public static void SyncFolder(string folder)
    {
        var descriptor = open(folder, 0);
        if (descriptor < 0) throw Error("open", folder);
        try
        {
            if (fsync(descriptor) != 0) throw Error("fsync", folder);
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    private static IOException Error(string call, string folder) =>
        new($"{folder}: {call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags); // O_RDONLY is 0

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
