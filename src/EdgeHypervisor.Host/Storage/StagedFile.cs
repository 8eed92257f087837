// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Host;

/// <summary>A file that is written aside and put in its place when it is whole: after a power cut there is the old one or the new one.</summary>
/// <remarks>fsync(2), rename(2), and fsync of the folder, without which the rename itself is not durable.</remarks>
internal sealed partial class StagedFile : IDisposable
{
    private const string Suffix = ".staged";
    private readonly string _aside;
    private readonly FileStream _file;
    private bool _isFlushed;

    public StagedFile(string path)
    {
        Path = path;
        _aside = $"{path}.{Guid.NewGuid():n}{Suffix}";
        _file = new FileStream(_aside, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
    }

    /// <summary>Where it will be.</summary>
    public string Path { get; }

    /// <summary>Its content.</summary>
    public Stream Content => _file;

    /// <summary>Bytes written.</summary>
    public long Length => _file.Length;

    /// <summary>Makes it durable and puts it in its place.</summary>
    public void Commit()
    {
        Place();
        SyncFolder(System.IO.Path.GetDirectoryName(Path)!);
    }

    /// <summary>Makes its content durable; not yet in its place.</summary>
    public void Flush()
    {
        if (_isFlushed) return;
        _file.Flush(flushToDisk: true);
        _isFlushed = true;
    }

    /// <summary>Puts it in its place, where it is durable once the folder is synchronized: the commit of another file in it does that.</summary>
    public void Place()
    {
        Flush();
        _file.Dispose();
        File.Move(_aside, Path, overwrite: true);
    }

    /// <summary>Forgets it, unless it was committed.</summary>
    public void Dispose()
    {
        try
        {
            _file.Dispose();
        }
        catch (IOException)
        {
            // A full disk does not take what waits to be written; it is not wanted any more.
        }
        finally
        {
            File.Delete(_aside);
        }
    }

    /// <summary>Deletes what a crash has left of files that were never committed.</summary>
    public static void Sweep(string folder)
    {
        foreach (var rest in Directory.EnumerateFiles(folder, "*" + Suffix)) File.Delete(rest);
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
