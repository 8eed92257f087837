// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>
/// Replaces files so that a crash leaves the old one or the new one, whole: written beside, made durable, renamed, and
/// the folder made durable.
/// </summary>
public static class DurableFile
{
    /// <summary>Writes a file.</summary>
    /// <param name="path">Where; an existing file is replaced.</param>
    /// <param name="write">Writes its content.</param>
    /// <exception cref="IOException">The disk is full or fails; what was there before is unchanged.</exception>
    public static void Replace(string path, Action<Stream> write)
    {
        var target = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(target)!;
        var temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        SynchronizeFolder(folder);
    }

    private static void SynchronizeFolder(string folder)
    {
        var descriptor = Libc.Open(folder, Libc.OpenReadOnly | Libc.OpenCloseOnExec);
        if (descriptor < 0) throw Libc.Error($"folder {folder}");
        try
        {
            if (Libc.Synchronize(descriptor) != 0) throw Libc.Error($"folder {folder}: fsync");
        }
        finally
        {
            _ = Libc.Close(descriptor);
        }
    }
}
