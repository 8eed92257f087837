// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EdgeHypervisor.Runtime;

/// <summary>
/// A snapshot file, opened and found whole: its digest fits, its version is known. Build a VM from its descriptions and
/// firmware, then <see cref="VirtualMachine.Restore(Snapshot)"/>. One file may be restored any number of times; who the
/// VM then is, and under which epoch, is the caller's to say.
/// </summary>
public sealed class Snapshot : IDisposable
{
    private readonly Stream _stream;
    private readonly string _file;
    private readonly List<(long Offset, int Region, ulong FirstPage, int Count)> _pages = [];

    private Snapshot(string file, Stream stream)
    {
        _file = file;
        _stream = stream;
    }

    /// <summary>The name of the VM that was saved.</summary>
    public string VmName { get; private set; } = "";

    /// <summary>The texts that describe it, as its blueprint had them: <c>manifest</c>, <c>machine</c>.</summary>
    public IReadOnlyDictionary<string, string> Descriptions { get; private set; } = new Dictionary<string, string>();

    /// <summary>Its firmware, to be loaded again at a reset; null when it had none.</summary>
    public FirmwareImage? Firmware { get; private set; }

    /// <summary>Clock, cores and devices.</summary>
    public ReadOnlyMemory<byte> MachineState { get; private set; }

    /// <summary>Number of pages in it; all others are zero.</summary>
    public long PageCount => _pages.Sum(run => (long)run.Count);

    /// <summary>Opens a file and checks all of it.</summary>
    /// <exception cref="SnapshotException">It cannot be read, is damaged, truncated, or of a newer version.</exception>
    /// <exception cref="StateException">Its metadata is malformed.</exception>
    public static Snapshot Open(string file)
    {
        FileStream? stream = null;
        try
        {
            stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
            return Open(file, stream);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            stream?.Dispose();
            throw new SnapshotException(file, null, exception.Message);
        }
    }

    /// <summary>The same from a stream that can seek, which it disposes.</summary>
    /// <exception cref="SnapshotException">It is damaged, truncated, or of a newer version.</exception>
    /// <exception cref="StateException">Its metadata is malformed.</exception>
    public static Snapshot Open(string file, Stream stream)
    {
        var snapshot = new Snapshot(file, stream);
        try
        {
            snapshot.Scan();
            return snapshot;
        }
        catch
        {
            snapshot.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    /// <exception cref="SnapshotException">It has pages where this memory has none.</exception>
    internal void RequireFits(GuestMemory memory)
    {
        foreach (var run in _pages)
        {
            if (run.Region >= memory.Banks.Count || run.FirstPage + (ulong)run.Count > memory.Banks[run.Region].PageCount)
                throw new SnapshotException(_file, run.Offset, $"pages {run.FirstPage} to {run.FirstPage + (ulong)run.Count - 1} of region {run.Region} are not in this machine");
        }
    }

    /// <summary>Replaces all of a memory by what was saved.</summary>
    /// <exception cref="SnapshotException">It has pages where this memory has none.</exception>
    internal void LoadPages(GuestMemory memory)
    {
        RequireFits(memory);
        memory.Clear();
        var page = new byte[RamRegion.PageBytes];
        foreach (var run in _pages)
        {
            _stream.Position = run.Offset;
            for (ulong i = 0; i < (ulong)run.Count; i++)
            {
                _stream.ReadExactly(page);
                memory.LoadPage(run.Region, run.FirstPage + i, page);
            }
        }
    }

    private void Scan()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ReadHeader(hash);
        ReadOnlyMemory<byte> metadata = default;
        ReadOnlyMemory<byte> firmware = default;
        Span<byte> header = stackalloc byte[SnapshotFormat.SectionHeaderBytes];
        while (true)
        {
            var at = _stream.Position;
            ReadExactly(header, "a section");
            var length = BinaryPrimitives.ReadUInt64LittleEndian(header[4..]);
            var tag = header[..4];
            if (tag.SequenceEqual(SnapshotFormat.End))
            {
                CheckEnd(hash, length, at);
                break;
            }
            hash.AppendData(header);
            if (tag.SequenceEqual(SnapshotFormat.Pages)) ScanPages(hash, length, at);
            else if (tag.SequenceEqual(SnapshotFormat.Metadata) && metadata.IsEmpty)
                metadata = ReadContent(hash, length, SnapshotFormat.MaximumMetadataBytes, at);
            else if (tag.SequenceEqual(SnapshotFormat.Firmware) && firmware.IsEmpty)
                firmware = ReadContent(hash, length, SnapshotFormat.MaximumFirmwareBytes, at);
            else throw new SnapshotException(_file, at, "an unknown or repeated section");
        }
        if (metadata.IsEmpty) throw new SnapshotException(_file, null, "it has no metadata");
        TakeMetadata(new CborStateReader("snapshot", 1, metadata), firmware);
    }

    private void ReadHeader(IncrementalHash hash)
    {
        Span<byte> header = stackalloc byte[SnapshotFormat.HeaderBytes];
        ReadExactly(header, "the header");
        if (!header.StartsWith(SnapshotFormat.Magic)) throw new SnapshotException(_file, 0, "not a snapshot");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        if (version is 0 or > SnapshotFormat.Version)
            throw new SnapshotException(_file, 8, $"format version {version} is newer than the {SnapshotFormat.Version} that this service knows: update it");
        hash.AppendData(header);
    }

    private byte[] ReadContent(IncrementalHash hash, ulong length, int maximum, long at)
    {
        if (length > (ulong)maximum) throw new SnapshotException(_file, at, $"a section of {length} bytes is more than {maximum}");
        // Checked against the file before it is believed: a lie must not allocate.
        if (length > (ulong)(_stream.Length - _stream.Position)) throw Truncated("a section");
        var content = new byte[length];
        ReadExactly(content, "a section");
        hash.AppendData(content);
        return content;
    }

    private void ScanPages(IncrementalHash hash, ulong length, long at)
    {
        Span<byte> header = stackalloc byte[SnapshotFormat.PagesHeaderBytes];
        ReadExactly(header, "pages");
        hash.AppendData(header);
        var region = BinaryPrimitives.ReadUInt32LittleEndian(header);
        var count = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        var first = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
        if (region > 63 || count is 0 or > SnapshotFormat.MaximumPagesInSection || first > 1UL << 40
            || length != SnapshotFormat.PagesHeaderBytes + ((ulong)count * RamRegion.PageBytes))
            throw new SnapshotException(_file, at, $"{length} bytes do not make {count} pages at page {first} of region {region}");
        _pages.Add((_stream.Position, (int)region, first, (int)count));
        var buffer = ArrayPool<byte>.Shared.Rent((int)count * RamRegion.PageBytes);
        try
        {
            var content = buffer.AsSpan(0, (int)count * RamRegion.PageBytes);
            ReadExactly(content, "pages");
            hash.AppendData(content);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void CheckEnd(IncrementalHash hash, ulong length, long at)
    {
        var digest = hash.GetHashAndReset();
        Span<byte> saved = stackalloc byte[digest.Length];
        if (length != (ulong)digest.Length) throw new SnapshotException(_file, at, $"a digest of {length} bytes");
        ReadExactly(saved, "the digest");
        if (!saved.SequenceEqual(digest)) throw new SnapshotException(_file, at, "the digest does not fit: the file is damaged");
        if (_stream.Position != _stream.Length) throw new SnapshotException(_file, _stream.Position, "bytes after the end");
    }

    private void TakeMetadata(CborStateReader metadata, ReadOnlyMemory<byte> firmware)
    {
        VmName = metadata.ReadString("vm");
        MachineState = metadata.ReadBytes("machine", SnapshotFormat.MaximumMetadataBytes);
        var descriptions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in metadata.ReadList("descriptions", maximumCount: 64)) descriptions[entry.ReadString("key")] = entry.ReadString("text");
        Descriptions = descriptions;
        if (!firmware.IsEmpty) Firmware = FirmwareImage.Parse(metadata.ReadString("firmware"), firmware, metadata.ReadUInt64("firmwareAt"));
    }

    private void ReadExactly(Span<byte> destination, string what)
    {
        if (_stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false) < destination.Length) throw Truncated(what);
    }

    private SnapshotException Truncated(string what) => new(_file, _stream.Length, $"the file ends within {what}: it is truncated");
}
