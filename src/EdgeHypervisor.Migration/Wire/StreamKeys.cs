// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EdgeHypervisor.Migration;

/// <summary>
/// The keys of one attempt's data stream: agreed by ephemeral Diffie-Hellman on P-256, so that they are known to both
/// boards only and gone when the attempt ends. HKDF-SHA-256 (RFC 5869) over the shared secret, bound to the attempt and both shares.
/// </summary>
internal sealed class StreamKeys : IDisposable
{
    private readonly ECDiffieHellman _own = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Our share, to be sent to the other board in a message that it can authenticate.</summary>
    public byte[] Share => field ??= _own.ExportSubjectPublicKeyInfo();

    /// <summary>Agrees on the keys.</summary>
    /// <param name="move">The attempt.</param>
    /// <param name="sourceShare">The source's share.</param>
    /// <param name="destinationShare">The destination's share; one of the two is ours.</param>
    /// <exception cref="FormatException">The other's share is no point on the curve.</exception>
    public (FrameSeal ToDestination, FrameSeal ToSource) Agree(MoveId move, ReadOnlySpan<byte> sourceShare, ReadOnlySpan<byte> destinationShare) =>
        Agree($"edgehypervisor move 1 {move}", sourceShare, destinationShare);

    /// <summary>The same for any pair of streams: <paramref name="purpose"/> says what they are for, and nothing else has these keys.</summary>
    public (FrameSeal ToDestination, FrameSeal ToSource) Agree(string purpose, ReadOnlySpan<byte> sourceShare, ReadOnlySpan<byte> destinationShare)
    {
        var theirs = sourceShare.SequenceEqual(Share) ? destinationShare : sourceShare;
        var secret = SharedSecret(theirs);
        var context = Encoding.UTF8.GetBytes(purpose);
        var salt = SHA256.HashData([.. sourceShare, .. destinationShare]);
        var keys = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 2 * FrameSeal.KeyBytes + 8, salt, context);
        CryptographicOperations.ZeroMemory(secret);
        var stream = BinaryPrimitives.ReadUInt64LittleEndian(keys.AsSpan(2 * FrameSeal.KeyBytes));
        return (
            new FrameSeal(keys.AsSpan(0, FrameSeal.KeyBytes), stream, FrameDirection.ToDestination),
            new FrameSeal(keys.AsSpan(FrameSeal.KeyBytes, FrameSeal.KeyBytes), stream, FrameDirection.ToSource));
    }

    /// <inheritdoc/>
    public void Dispose() => _own.Dispose();

    private byte[] SharedSecret(ReadOnlySpan<byte> theirs)
    {
        try
        {
            using var other = ECDiffieHellman.Create();
            other.ImportSubjectPublicKeyInfo(theirs, out _);
            return _own.DeriveRawSecretAgreement(other.PublicKey);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new FormatException("the key share is no P-256 public key", e);
        }
    }
}
