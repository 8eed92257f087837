// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Host;

/// <summary>Firmware images that come in pieces over the transport. What was begun goes on after a restart.</summary>
internal sealed class ImageUploads(DataFolder data, ImageStore images)
{
    private const int MostAtOnce = 8;
    private readonly Lock _lock = new();

    /// <summary>Takes a piece, if it is the next one.</summary>
    /// <returns>How many bytes are here; the total when it is complete.</returns>
    /// <exception cref="ProblemException">It cannot be an image, or is another one than announced.</exception>
    public long Take(ImageCommand piece)
    {
        if (!ImageStore.IsDigest(piece.Digest)) throw Problems.Invalid($"'{piece.Digest}' is not a digest", "digest", "sha256- and 64 lower-case hexadecimal digits");
        if (piece.TotalBytes > ImageStore.MaximumBytes) throw Problems.Invalid($"the image is larger than {ImageStore.MaximumBytes} bytes", "total");
        lock (_lock)
        {
            if (images.Find(piece.Digest) is not null) return piece.TotalBytes;
            var path = Path.Combine(data.Uploads, piece.Digest);
            Room(path);
            using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
            if (piece.Offset != file.Length || piece.Data.IsEmpty || file.Length + piece.Data.Length > piece.TotalBytes) return file.Length;
            file.Position = file.Length;
            file.Write(piece.Data.Span);
            if (file.Length < piece.TotalBytes) return file.Length;
            Store(piece.Digest, file);
            return piece.TotalBytes;
        }
    }

    private void Store(string digest, FileStream file)
    {
        file.Position = 0;
        var content = new byte[file.Length];
        file.ReadExactly(content);
        var actual = ImageStore.DigestOf(content);
        if (actual == digest) images.Store(content);
        File.Delete(file.Name);
        if (actual != digest) throw Problems.Invalid($"what came has the digest {actual}", digest, "send it again from the beginning");
    }

    // The oldest one gives way: whoever sends it goes on from the beginning.
    private void Room(string path)
    {
        if (File.Exists(path)) return;
        var others = new DirectoryInfo(data.Uploads).GetFiles().OrderBy(file => file.LastWriteTimeUtc).ToArray();
        foreach (var oldest in others.Take(Math.Max(0, others.Length - MostAtOnce + 1))) oldest.Delete();
    }
}
