// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace EdgeHypervisor.Host;

/// <summary>Firmware images, each under the digest of its content: uploading one twice stores it once.</summary>
internal sealed class ImageStore
{
    /// <summary>Largest image.</summary>
    public const long MaximumBytes = 256L << 20;

    private const string Prefix = "sha256-";
    private readonly Lock _lock = new();
    private readonly string _folder;

    public ImageStore(DataFolder data)
    {
        _folder = data.Images;
        StagedFile.Sweep(_folder);
    }

    /// <summary>The images that somebody has or is about to have; the others are kept as long as there is room.</summary>
    public Func<IEnumerable<string>> InUse { get; set; } = () => [];

    /// <summary>How many bytes those that nobody has may take.</summary>
    public long UnusedBytes { get; init; } = 1L << 30;

    /// <summary>Whether a text is a digest as this store names images: <c>sha256-</c> and 64 hexadecimal digits.</summary>
    public static bool IsDigest(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal)
        && text.Length == Prefix.Length + (SHA256.HashSizeInBytes * 2)
        && !text.AsSpan(Prefix.Length).ContainsAnyExcept("0123456789abcdef");

    public static string DigestOf(ReadOnlySpan<byte> content) => Prefix + Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>The file of an image; null when it is not here.</summary>
    public string? Find(string digest) =>
        IsDigest(digest) && File.Exists(PathOf(digest)) ? PathOf(digest) : null;

    /// <summary>Stores content that must have this digest.</summary>
    /// <exception cref="ProblemException">It is too large, or has another digest.</exception>
    public async Task StoreAsync(string digest, Stream content, CancellationToken cancellation)
    {
        if (!IsDigest(digest)) throw Problems.Invalid($"'{digest}' is not a digest", "digest", "sha256- and 64 lower-case hexadecimal digits");
        using var file = new StagedFile(PathOf(digest));
        var actual = await ReceiveAsync(file.Content, content, cancellation);
        if (actual != digest) throw Problems.Invalid($"the content's digest is {actual}", digest, "upload it again");
        file.Commit();
        DropOldest(digest);
    }

    /// <summary>Stores content under its own digest.</summary>
    public string Store(ReadOnlySpan<byte> content)
    {
        var digest = DigestOf(content);
        if (Find(digest) is not null) return digest;
        using var file = new StagedFile(PathOf(digest));
        file.Content.Write(content);
        file.Commit();
        DropOldest(digest);
        return digest;
    }

    /// <summary>Forgets images that nobody uses.</summary>
    public void Keep(IReadOnlySet<string> used)
    {
        foreach (var file in Directory.EnumerateFiles(_folder))
        {
            if (!used.Contains(Path.GetFileName(file))) File.Delete(file);
        }
    }

    private void DropOldest(string latest)
    {
        lock (_lock)
        {
            var used = InUse().Append(latest).ToHashSet(StringComparer.Ordinal);
            var unused = new DirectoryInfo(_folder).GetFiles().Where(file => IsDigest(file.Name) && !used.Contains(file.Name)).OrderByDescending(file => file.LastWriteTimeUtc);
            var bytes = 0L;
            foreach (var file in unused)
            {
                bytes += file.Length;
                if (bytes > UnusedBytes) file.Delete();
            }
        }
    }

    private string PathOf(string digest) => Path.Combine(_folder, digest);

    private static async Task<string> ReceiveAsync(Stream file, Stream content, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 * 1024];
        var total = 0L;
        while (await content.ReadAsync(buffer, cancellation) is var count and > 0)
        {
            if ((total += count) > MaximumBytes) throw Problems.Invalid($"the image is larger than {MaximumBytes} bytes");
            hash.AppendData(buffer, 0, count);
            await file.WriteAsync(buffer.AsMemory(0, count), cancellation);
        }
        return Prefix + Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
