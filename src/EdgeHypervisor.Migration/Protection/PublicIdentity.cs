// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;
using System.Security.Cryptography;

namespace EdgeHypervisor.Migration;

/// <summary>A board's two public keys, as one word: <c>ehv1-</c> and 128 bytes in base64url (two points on P-256, X and Y).</summary>
public sealed class PublicIdentity : IEquatable<PublicIdentity>
{
    private const string Prefix = "ehv1-";
    private const int CoordinateBytes = 32;
    private const int Bytes = 4 * CoordinateBytes;

    private readonly byte[] _points;

    private PublicIdentity(byte[] points) => _points = points;

    /// <summary>Short enough to be compared by people: the first 16 bytes of the SHA-256 of the keys.</summary>
    public string Fingerprint => string.Join(':', Convert.ToHexStringLower(SHA256.HashData(_points).AsSpan(0, 16)).Chunk(4).Select(c => new string(c)));

    /// <summary>Reads the word.</summary>
    /// <exception cref="FormatException">It is none, or its points do not lie on the curve.</exception>
    public static PublicIdentity Parse(string text)
    {
        var points = new byte[Bytes];
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)
            || !Base64UrlText.TryDecode(text.AsSpan(Prefix.Length), points))
        {
            throw new FormatException($"not a board's public keys: {Prefix} and {Base64Url.GetEncodedLength(Bytes)} characters are expected");
        }
        var identity = new PublicIdentity(points);
        try
        {
            using var signing = identity.CreateVerifier();
            using var agreeing = identity.CreateAgreement();
            return identity;
        }
        catch (CryptographicException e)
        {
            throw new FormatException("not a board's public keys: a point is not on the curve P-256", e);
        }
    }

    /// <inheritdoc/>
    public bool Equals(PublicIdentity? other) => other is not null && _points.AsSpan().SequenceEqual(other._points);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicIdentity);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_points);

    /// <summary>The word.</summary>
    public override string ToString() => Prefix + Base64Url.EncodeToString(_points);

    internal static PublicIdentity Of(ECDsa signing, ECDiffieHellman agreeing)
    {
        var (sign, agree) = (signing.ExportParameters(false).Q, agreeing.ExportParameters(false).Q);
        return new PublicIdentity([.. sign.X!, .. sign.Y!, .. agree.X!, .. agree.Y!]);
    }

    internal ECDsa CreateVerifier() => ECDsa.Create(Point(0));

    internal ECDiffieHellman CreateAgreement() => ECDiffieHellman.Create(Point(2));

    private ECParameters Point(int index) => new()
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = Coordinate(index), Y = Coordinate(index + 1) },
    };

    private byte[] Coordinate(int index) => _points.AsSpan(index * CoordinateBytes, CoordinateBytes).ToArray();
}
