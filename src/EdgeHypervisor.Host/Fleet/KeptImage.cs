// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.Migration;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Host;

/// <summary>
/// Where a VM that leaves is kept until the other board has it for good. The guest stands still while this goes to the disk, so
/// the file, its length and its blocks are there before, and one write makes it durable.
/// </summary>
/// <remarks>
/// <c>EHVK</c>, four bytes of zeros, the length (8, little endian; 0: nothing was kept), then a snapshot, whose own digest says
/// whether all of it is there.
/// </remarks>
internal sealed class KeptImage : IDisposable
{
    private const uint Magic = 0x4B564845;
    private const int HeadBytes = 16;
    private readonly FileStream _file;

    private KeptImage(FileStream file) => _file = file;

    /// <summary>Makes room.</summary>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public static KeptImage Create(string path, long lengthBytes)
    {
        var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1 << 16);
        try
        {
            Medium.Fill(file.SafeFileHandle, 0, HeadBytes + lengthBytes);
            Medium.Sync(file.SafeFileHandle);
            StagedFile.SyncFolder(Path.GetDirectoryName(path)!);
            return new KeptImage(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Keeps a VM that stands still; durable when it returns.</summary>
    public void Save(VirtualMachine machine)
    {
        _file.Position = HeadBytes;
        machine.SaveSnapshot(_file);
        _file.Flush();
        Span<byte> head = stackalloc byte[HeadBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(head, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(head[8..], _file.Position - HeadBytes);
        RandomAccess.Write(_file.SafeFileHandle, head, 0);
        Medium.Sync(_file.SafeFileHandle);
    }

    public void Dispose() => _file.Dispose();

    /// <summary>The snapshot in a file; null when it holds none, or not all of it.</summary>
    public static byte[]? Read(string path)
    {
        var content = File.ReadAllBytes(path);
        if (content.Length < HeadBytes || BinaryPrimitives.ReadUInt32LittleEndian(content) != Magic) return null;
        var length = BinaryPrimitives.ReadInt64LittleEndian(content.AsSpan(8));
        if (length <= 0 || length > content.Length - HeadBytes) return null;
        var snapshot = content.AsSpan(HeadBytes, (int)length).ToArray();
        try
        {
            Snapshot.Open(path, new MemoryStream(snapshot, writable: false)).Dispose();
            return snapshot;
        }
        catch (Exception e) when (e is SnapshotException or Abstractions.StateException)
        {
            return null; // cut off: the VM had not been handed over, and comes back from what was saved before
        }
    }
}
