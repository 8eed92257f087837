// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace EdgeHypervisor.Migration;

/// <summary>A board's own two key pairs on P-256: one signs, one agrees on secrets. They never leave the board.</summary>
public sealed class BoardIdentity : IDisposable
{
    /// <summary>The file's name in the folder of keys; readable by its owner only.</summary>
    public const string FileName = "board.key";

    private BoardIdentity(ECDsa signing, ECDiffieHellman agreeing)
    {
        (Signing, Agreeing) = (signing, agreeing);
        Public = PublicIdentity.Of(signing, agreeing);
    }

    /// <summary>What other boards are told: a line of their list of trusted boards.</summary>
    public PublicIdentity Public { get; }

    internal ECDsa Signing { get; }

    internal ECDiffieHellman Agreeing { get; }

    /// <summary>Makes a new identity, in memory only.</summary>
    public static BoardIdentity Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256), ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads the identity from a folder; makes it at the first start.</summary>
    /// <exception cref="MoveException">The file is there and can't be used.</exception>
    public static BoardIdentity LoadOrCreate(string folder, string fileName = FileName)
    {
        var path = Path.Combine(folder, fileName);
        if (File.Exists(path)) return Load(path);
        Directory.CreateDirectory(folder);
        var identity = Create();
        identity.Save(path);
        return identity;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Signing.Dispose();
        Agreeing.Dispose();
    }

    /// <summary>Reads an identity from a file.</summary>
    /// <exception cref="MoveException">It is not there, or can't be used.</exception>
    public static BoardIdentity Load(string path)
    {
        var (signing, agreeing) = (ECDsa.Create(), ECDiffieHellman.Create());
        try
        {
            var blocks = File.ReadAllText(path).Split("-----END PRIVATE KEY-----", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (blocks.Length != 2) throw new CryptographicException("two private keys are expected");
            signing.ImportFromPem(blocks[0] + "\n-----END PRIVATE KEY-----");
            agreeing.ImportFromPem(blocks[1] + "\n-----END PRIVATE KEY-----");
            return new BoardIdentity(signing, agreeing);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new MoveException($"{path}: not the keys of a board or operator ({e.Message}). Restore it from a backup; or delete it to get new ones, which the other boards must then be told.", e);
        }
    }

    private void Save(string path)
    {
        var temporary = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(temporary, options))
        {
            writer.WriteLine(Signing.ExportPkcs8PrivateKeyPem());
            writer.WriteLine(Agreeing.ExportPkcs8PrivateKeyPem());
            writer.Flush();
            ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: false);
        Medium.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
