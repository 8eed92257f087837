// SPDX-License-Identifier: Apache-2.0
using System.IO.MemoryMappedFiles;
using System.Text;
using System.Text.Json;
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Host;

/// <summary>
/// What comes in of a VM that another board offers: its regions in a sparse file that is mapped, so that pages are on
/// their way to the disk long before they must be there; then its state; then, last, the digest of it all.
/// </summary>
internal sealed class IncomingImage : IDisposable
{
    /// <summary>Where it is in a VM's folder.</summary>
    public const string FolderName = "incoming";

    private const string RegionsName = "regions.bin";
    private const string StateName = "state.cbor";
    private const string OfferName = "offer.json";
    private const string DigestName = "prepared";
    private readonly string _folder;
    private readonly FileStream _file;
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly long[] _starts;

    private IncomingImage(string folder, IReadOnlyList<long> regionBytes, FileMode mode)
    {
        _folder = folder;
        _starts = new long[regionBytes.Count + 1];
        for (var i = 0; i < regionBytes.Count; i++) _starts[i + 1] = _starts[i] + RoundUp(regionBytes[i]);
        RegionBytes = regionBytes;
        _file = new FileStream(Path.Combine(folder, RegionsName), mode, FileAccess.ReadWrite, FileShare.Read);
        _file.SetLength(Math.Max(MovableRegion.PageBytes, _starts[^1]));
        _map = MemoryMappedFile.CreateFromFile(_file, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor();
    }

    public IReadOnlyList<long> RegionBytes { get; }

    /// <summary>Makes room for an offered VM.</summary>
    public static IncomingImage Create(string folder, ReadOnlyMemory<byte> description, IReadOnlyList<long> regionBytes)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        using var offer = new StagedFile(Path.Combine(folder, OfferName));
        offer.Content.Write(description.Span);
        offer.Commit();
        StagedFile.SyncFolder(Path.GetDirectoryName(folder)!);
        StagedFile.SyncFolder(Path.GetDirectoryName(Path.GetDirectoryName(folder))!);
        return new IncomingImage(folder, regionBytes, FileMode.CreateNew);
    }

    /// <summary>Opens one that is whole.</summary>
    /// <exception cref="IOException">It is not.</exception>
    public static IncomingImage Open(string folder, IReadOnlyList<long> regionBytes) => new(folder, regionBytes, FileMode.Open);

    /// <summary>The digest of a whole image; null when there is none.</summary>
    public static string? FindDigest(string folder)
    {
        var file = Path.Combine(folder, DigestName);
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }

    /// <summary>The digest of the firmware of a VM that is coming in; null when there is none.</summary>
    public static string? FindFirmware(string folder)
    {
        try
        {
            var file = Path.Combine(folder, OfferName);
            return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), HostJson.Default.MovedDescription)?.Image : null;
        }
        catch (JsonException)
        {
            return null; // cut off while it was written: nothing else of it is there
        }
    }

    public static ReadOnlyMemory<byte> ReadDescription(string folder) => File.ReadAllBytes(Path.Combine(folder, OfferName));

    public static ReadOnlyMemory<byte> ReadState(string folder) => File.ReadAllBytes(Path.Combine(folder, StateName));

    public static void Delete(string folder)
    {
        if (!Directory.Exists(folder)) return;
        File.Delete(Path.Combine(folder, DigestName)); // without it the rest is nothing
        Directory.Delete(folder, recursive: true);
    }

    public void WritePage(int region, int page, ReadOnlySpan<byte> content) => content.CopyTo(Page(region, page));

    public void ReadPage(int region, int page, Span<byte> destination) => Page(region, page).CopyTo(destination);

    /// <summary>All of a region.</summary>
    public byte[] ReadRegion(int region)
    {
        var content = new byte[RegionBytes[region]];
        _view!.SafeMemoryMappedViewHandle.ReadSpan((ulong)_starts[region], content.AsSpan());
        return content;
    }

    /// <summary>Makes it durable; whoever finds the digest finds all.</summary>
    /// <remarks>A guest stands still for this, so the three files go to the disk side by side, and the names after them at once.</remarks>
    public void Persist(ReadOnlyMemory<byte> state, string digest)
    {
        using var stateFile = new StagedFile(Path.Combine(_folder, StateName));
        using var digestFile = new StagedFile(Path.Combine(_folder, DigestName));
        stateFile.Content.Write(state.Span);
        digestFile.Content.Write(Encoding.ASCII.GetBytes(digest));
        Parallel.Invoke(FlushRegions, stateFile.Flush, digestFile.Flush);
        stateFile.Place();
        digestFile.Commit();
    }

    private void FlushRegions()
    {
        _view!.Flush(); // msync(2): what is in the map is in the file
        _file.Flush(flushToDisk: true);
    }

    public void Dispose()
    {
        _view?.Dispose();
        _map?.Dispose();
        _file.Dispose();
    }

    private unsafe Span<byte> Page(int region, int page)
    {
        var start = _starts[region] + ((long)page * MovableRegion.PageBytes);
        if (page < 0 || start + MovableRegion.PageBytes > _starts[region + 1]) throw new ArgumentOutOfRangeException(nameof(page));
        // SAFETY: the view covers the whole file, which ends behind the last region; the page was checked to lie inside its region.
        return new Span<byte>((byte*)_view!.SafeMemoryMappedViewHandle.DangerousGetHandle() + _view.PointerOffset + start, MovableRegion.PageBytes);
    }

    private static long RoundUp(long bytes) => (bytes + MovableRegion.PageBytes - 1) / MovableRegion.PageBytes * MovableRegion.PageBytes;
}
