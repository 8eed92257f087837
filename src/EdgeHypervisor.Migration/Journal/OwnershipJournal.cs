// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Numerics;
using Microsoft.Win32.SafeHandles;

namespace EdgeHypervisor.Migration;

/// <summary>
/// The durable memory of one VM's moves on this board: a file of four slots, of which the valid one with the highest number
/// counts. A record goes over the oldest slot, so a write that is cut off anywhere damages nothing that counts; the file
/// never grows, and a write costs one fdatasync without a change of the file's size.
/// </summary>
/// <remarks>
/// Slot, 4096 bytes and so a block of its own: magic "EHVJ", CRC-32C of all that follows, number (8 bytes), length (4 bytes),
/// record (CBOR); little endian. Not thread-safe.
/// </remarks>
public sealed class OwnershipJournal : IDisposable
{
    /// <summary>The file's name in the VM's folder.</summary>
    public const string FileName = "ownership.journal";

    internal const int SlotBytes = 4096;
    internal const int SlotCount = 4;
    private const int HeaderBytes = 20;
    private const uint Magic = 0x4A564845;

    private readonly string _path;
    private SafeFileHandle? _file; // closed while this board has nothing to do with the VM: there may be many such
    private ulong _number;
    private bool _failed;

    private OwnershipJournal(string path, SafeFileHandle file, ulong number, OwnershipRecord last)
    {
        (_path, _file, _number, Last) = (path, file, number, last);
        CloseWhenAbsent();
    }

    /// <summary>The last durable record.</summary>
    public OwnershipRecord Last { get; private set; }

    /// <summary>Opens the journal in a folder; null when there is none.</summary>
    /// <exception cref="JournalException">There is one, and no record in it can be read.</exception>
    public static OwnershipJournal? Open(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return null;
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        try
        {
            var (number, record) = FindLast(file) ?? throw new JournalException(
                $"{path}: no record can be read. This board does not run the VM until it is known who owns it: ask the other boards, then adopt it by force or delete the file.");
            return new OwnershipJournal(path, file, number, record);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Makes a journal with a first record; durable when it returns. Replaces one that is there.</summary>
    public static OwnershipJournal Create(string folder, OwnershipRecord first)
    {
        Directory.CreateDirectory(folder);
        var parent = Path.GetDirectoryName(Path.GetFullPath(folder));
        if (parent is not null) Medium.SyncFolder(parent);
        var content = new byte[SlotBytes * SlotCount];
        Encode(first, 1, content.AsSpan(SlotBytes, SlotBytes));
        Medium.Create(Path.Combine(folder, FileName), content);
        return Open(folder)!;
    }

    /// <summary>Writes a record; durable when it returns.</summary>
    /// <exception cref="JournalException">
    /// The disk failed. Whether the record is durable is unknown, and so the journal takes no more: only opening it anew tells.
    /// </exception>
    public void Write(OwnershipRecord record)
    {
        if (_failed) throw new JournalException($"{_path}: an earlier write failed; restart the service to go on from what is durable.");
        var slot = new byte[SlotBytes];
        Encode(record, _number + 1, slot);
        try
        {
            _file ??= File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.Write(_file, slot, (long)((_number + 1) % SlotCount) * SlotBytes);
            Medium.Sync(_file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failed = true;
            throw new JournalException($"{_path}: {e.Message}", e);
        }
        _number++;
        Last = record;
        CloseWhenAbsent();
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    /// <summary>Fills a slot, so that a test can cut it off anywhere.</summary>
    internal static void Encode(OwnershipRecord record, ulong number, Span<byte> slot)
    {
        var payload = OwnershipRecordCodec.Encode(record);
        if (payload.Length > SlotBytes - HeaderBytes) throw new JournalException($"A record of {payload.Length} bytes does not fit a slot.");
        BinaryPrimitives.WriteUInt32LittleEndian(slot, Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[8..], number);
        BinaryPrimitives.WriteInt32LittleEndian(slot[16..], payload.Length);
        payload.CopyTo(slot[HeaderBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[4..], Checksum(slot[8..(HeaderBytes + payload.Length)]));
    }

    private void CloseWhenAbsent()
    {
        if (Last.Kind != VmRecordKind.Absent) return;
        _file?.Dispose();
        _file = null;
    }

    private static (ulong Number, OwnershipRecord Record)? FindLast(SafeFileHandle file)
    {
        (ulong Number, OwnershipRecord Record)? last = null;
        var slot = new byte[SlotBytes];
        for (var index = 0; index < SlotCount; index++)
        {
            var length = RandomAccess.Read(file, slot, (long)index * SlotBytes);
            if (TryDecode(slot.AsMemory(0, length)) is { } found && (last is null || found.Number > last.Value.Number)) last = found;
        }
        return last;
    }

    private static (ulong Number, OwnershipRecord Record)? TryDecode(ReadOnlyMemory<byte> slot)
    {
        var bytes = slot.Span;
        if (bytes.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic) return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]);
        if (length < 0 || length > bytes.Length - HeaderBytes) return null;
        if (Checksum(bytes[8..(HeaderBytes + length)]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..])) return null;
        try
        {
            return (BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]), OwnershipRecordCodec.Decode(slot.Slice(HeaderBytes, length)));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
