// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Text;
using System.Text.Json;
using EdgeHypervisor.Migration;
using Microsoft.Win32.SafeHandles;

namespace EdgeHypervisor.Host;

/// <summary>
/// What comes in of a VM that another board offers, in one file that is mapped: the offer, the regions, the state. The guest
/// stands still while the last of it goes to the disk, so everything that can be is there before: the file's name and
/// length, its blocks, and the pages that came first.
/// </summary>
/// <remarks>
/// Head: <c>EHVI</c>, version 1, length of the offer, number of regions (4 bytes each), the offer, for each region the length of
/// its name (4), name, length (8); filled up to a page. Then the regions, each in whole pages. Then the state: its length (8), and
/// itself. Little endian. There is no mark that it is whole: its digest is in the journal, and <see cref="IsWhole"/> compares.
/// </remarks>
internal sealed class IncomingImage : IDisposable
{
    /// <summary>Where it is in a VM's folder.</summary>
    public const string FolderName = "incoming";

    private const string FileName = "image.bin";
    private const uint Magic = 0x49564845;
    private const int Version = 1;
    private const int StateHeadBytes = 8;
    private const int UsualStateBytes = 64 * 1024;
    private const long WrittenAheadBytes = 4 << 20; // a file up to here has all its blocks before the first page comes
    private const long SyncedAtOnceBytes = 2 << 20; // what the guest may have to wait for at the end
    private readonly FileStream _file;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long[] _starts;
    private readonly Lock _syncing = new();
    private IOException? _failure;
    private long _unsyncedBytes;
    private int _isSyncing;

    private IncomingImage(FileStream file, ReadOnlyMemory<byte> offer, IReadOnlyList<MovableRegion> regions, long headBytes)
    {
        (_file, Offer, Regions) = (file, offer, regions);
        _starts = new long[regions.Count + 1];
        _starts[0] = headBytes;
        for (var i = 0; i < regions.Count; i++) _starts[i + 1] = _starts[i] + RoundUp(regions[i].LengthBytes);
        if (_file.Length < _starts[^1]) throw new FormatException($"{_file.Name}: it is cut off");
        _map = MemoryMappedFile.CreateFromFile(_file, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor(0, _starts[^1]);
    }

    public IReadOnlyList<MovableRegion> Regions { get; }

    /// <summary>What was offered.</summary>
    public ReadOnlyMemory<byte> Offer { get; }

    /// <summary>Makes room for an offered VM: all of its blocks, since a page that finds none when it is written ends the process (SIGBUS).</summary>
    /// <exception cref="IOException">There is not enough room on the disk.</exception>
    public static IncomingImage Create(string folder, VmOffer offer)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        var head = Head(offer);
        var length = head.Length + offer.Regions.Sum(region => RoundUp(region.LengthBytes)) + UsualStateBytes;
        var file = Reserve(Path.Combine(folder, FileName), length);
        try
        {
            file.SetLength(length);
            RandomAccess.Write(file.SafeFileHandle, head, 0);
            // What has only been reserved becomes the file's when it is first written, which takes the file system a record of its own.
            Medium.Fill(file.SafeFileHandle, length <= WrittenAheadBytes ? head.Length : length - UsualStateBytes, length);
            file.Flush(flushToDisk: true);
            for (var i = 0; i < 3; i++) // itself, the VM's, that of all VMs
            {
                StagedFile.SyncFolder(folder);
                folder = Path.GetDirectoryName(folder)!;
            }
            return new IncomingImage(file, offer.Description, offer.Regions, head.Length);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens what is there; null when nothing is.</summary>
    /// <exception cref="FormatException">It is cut off, or something else.</exception>
    public static IncomingImage? Open(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return null;
        var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        try
        {
            var (offer, regions, headBytes) = ReadHead(file.SafeFileHandle);
            return new IncomingImage(file, offer, regions, headBytes);
        }
        catch (Exception e) when (e is FormatException or IOException or ArgumentException)
        {
            file.Dispose();
            throw new FormatException($"{path}: not a VM that came in: {e.Message}", e);
        }
    }

    /// <summary>Whether there is one.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>Whether all of an image with this digest is here.</summary>
    public static bool IsWhole(string folder, Digest256 digest)
    {
        try
        {
            using var image = Open(folder);
            return image is not null && image.Digest() == digest;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>The digest of the firmware of a VM that is coming in; null when there is none.</summary>
    public static string? FindFirmware(string folder)
    {
        try
        {
            using var image = Open(folder);
            return image is null ? null : JsonSerializer.Deserialize(image.Offer.Span, HostJson.Default.MovedDescription)?.Image;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null; // cut off while it was made: nothing else of it is there
        }
    }

    public static void Delete(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    public void WritePage(int region, int page, ReadOnlySpan<byte> content)
    {
        using (var held = Hold(region, page)) content.CopyTo(held.Content);
        if (Interlocked.Add(ref _unsyncedBytes, MovableRegion.PageBytes) >= SyncedAtOnceBytes) SyncMeanwhile();
    }

    public void ReadPage(int region, int page, Span<byte> destination)
    {
        using var held = Hold(region, page);
        held.Content.CopyTo(destination);
    }

    /// <summary>All of a region.</summary>
    public byte[] ReadRegion(int region)
    {
        var content = new byte[Regions[region].LengthBytes];
        _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)_starts[region], content.AsSpan());
        return content;
    }

    /// <summary>The state.</summary>
    /// <exception cref="FormatException">It is not there.</exception>
    public byte[] ReadState()
    {
        Span<byte> head = stackalloc byte[StateHeadBytes];
        var length = RandomAccess.Read(_file.SafeFileHandle, head, _starts[^1]) == head.Length ? BinaryPrimitives.ReadInt64LittleEndian(head) : -1;
        if (length < 0 || length > _file.Length - _starts[^1] - StateHeadBytes) throw new FormatException("its state is cut off");
        var state = new byte[length];
        RandomAccess.Read(_file.SafeFileHandle, state, _starts[^1] + StateHeadBytes);
        return state;
    }

    /// <summary>Makes it durable, with this state: one write of what is not on the disk yet.</summary>
    public void Persist(ReadOnlyMemory<byte> state)
    {
        Span<byte> head = stackalloc byte[StateHeadBytes];
        BinaryPrimitives.WriteInt64LittleEndian(head, state.Length);
        RandomAccess.Write(_file.SafeFileHandle, head, _starts[^1]);
        RandomAccess.Write(_file.SafeFileHandle, state.Span, _starts[^1] + StateHeadBytes);
        Sync();
    }

    /// <summary>Makes durable what has come so far. What fails is told by <see cref="Persist"/>.</summary>
    public void Settle()
    {
        try
        {
            Interlocked.Exchange(ref _unsyncedBytes, 0);
            Sync();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Persist says so, or it is over.
        }
    }

    public void Dispose()
    {
        _view.Dispose();
        _map.Dispose();
        _file.Dispose();
    }

    private Digest256 Digest()
    {
        var digest = new ImageDigest(Regions);
        for (var region = 0; region < Regions.Count; region++)
        {
            for (var page = 0; page < Regions[region].PageCount; page++)
            {
                using var held = Hold(region, page);
                if (held.Content.ContainsAnyExcept((byte)0)) digest.Set(region, page, held.Content);
            }
        }
        return digest.Root(ReadState());
    }

    // So that little is left for the moment when the guest stands still.
    private void SyncMeanwhile()
    {
        if (Interlocked.Exchange(ref _isSyncing, 1) != 0) return;
        _ = Task.Run(() =>
        {
            Settle();
            Volatile.Write(ref _isSyncing, 0);
        });
    }

    // The system tells a failure once, to whoever asks first, and takes the pages for written then: the file is lost from there on.
    private void Sync()
    {
        lock (_syncing)
        {
            if (_failure is not null) throw new IOException($"{_file.Name}: {_failure.Message}", _failure);
            try
            {
                Medium.Sync(_file.SafeFileHandle); // on Linux what is in a shared map is in the file
            }
            catch (IOException e)
            {
                _failure = e;
                throw;
            }
        }
    }

    private static FileStream Reserve(string path, long length)
    {
        if (new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace is var free && free < length) throw new IOException($"the VM needs {length} bytes on the disk, and {free} are free there");
        return new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0, PreallocationSize = length });
    }

    private HeldPage Hold(int region, int page)
    {
        var start = _starts[region] + ((long)page * MovableRegion.PageBytes);
        if (page < 0 || start + MovableRegion.PageBytes > _starts[region + 1]) throw new ArgumentOutOfRangeException(nameof(page));
        return new HeldPage(_view.SafeMemoryMappedViewHandle, _view.PointerOffset + start);
    }

    private static byte[] Head(VmOffer offer)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(offer.Description.Length);
        writer.Write(offer.Regions.Length);
        writer.Write(offer.Description.Span);
        foreach (var region in offer.Regions)
        {
            var name = Encoding.UTF8.GetBytes(region.Name);
            writer.Write(name.Length);
            writer.Write(name);
            writer.Write(region.LengthBytes);
        }
        bytes.SetLength(RoundUp(bytes.Length));
        return bytes.ToArray();
    }

    private static (byte[] Offer, List<MovableRegion> Regions, long HeadBytes) ReadHead(SafeFileHandle file)
    {
        using var stream = new FileStream(new SafeFileHandle(file.DangerousGetHandle(), ownsHandle: false), FileAccess.Read);
        stream.Position = 0;
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        if (reader.ReadUInt32() != Magic || reader.ReadInt32() != Version) throw new FormatException("another kind of file, or version");
        var (offerBytes, count) = (reader.ReadInt32(), reader.ReadInt32());
        if (offerBytes is < 0 or > VmOffer.MaximumDescriptionBytes || count is < 0 or > VmOffer.MaximumRegions) throw new FormatException("a damaged head");
        var offer = reader.ReadBytes(offerBytes);
        var regions = new List<MovableRegion>();
        for (var i = 0; i < count; i++)
        {
            var nameBytes = reader.ReadInt32();
            if (nameBytes is < 1 or > 4 * WireNameBytes) throw new FormatException("a damaged head");
            regions.Add(new MovableRegion(Encoding.UTF8.GetString(reader.ReadBytes(nameBytes)), reader.ReadInt64()));
            if (regions[^1].LengthBytes is < 1 or > MovableRegion.MaximumLengthBytes) throw new FormatException("a damaged head");
        }
        return (offer, regions, RoundUp(stream.Position));
    }

    private const int WireNameBytes = 64;

    private static long RoundUp(long bytes) => (bytes + MovableRegion.PageBytes - 1) / MovableRegion.PageBytes * MovableRegion.PageBytes;

    /// <summary>A page of the map, which stays mapped meanwhile; once it was given up there is none to be had.</summary>
    private readonly unsafe ref struct HeldPage : IDisposable
    {
        private readonly SafeMemoryMappedViewHandle _map;

        /// <exception cref="ObjectDisposedException">The map was given up.</exception>
        public HeldPage(SafeMemoryMappedViewHandle map, long offset)
        {
            var isHeld = false;
            map.DangerousAddRef(ref isHeld);
            _map = map;
            // SAFETY: the view covers the file up to the end of the last region and is held; the page was checked to lie inside its region.
            Content = new Span<byte>((byte*)map.DangerousGetHandle() + offset, MovableRegion.PageBytes);
        }

        public Span<byte> Content { get; }

        public void Dispose() => _map.DangerousRelease();
    }
}
