// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace EdgeHypervisor.Migration;

/// <summary>
/// Signs each control message with the sender's key and encrypts it for its receiver, so that a broker or another client can
/// neither read nor make nor change one. Playing one again does no harm: each names its attempt, and the machines take
/// nothing twice (docs/move-protocol.md).
/// </summary>
/// <remarks>
/// Payload: version 1; length and name of the sender; nonce (12 bytes, random); sealed with ChaCha20-Poly1305 (RFC 8439): the
/// signature (ECDSA P-256, SHA-256, 64 bytes) of context, both names, nonce and message, then the message; tag (16 bytes).
/// The key is HKDF-SHA-256 of the Diffie-Hellman secret of both boards, one for each direction; the head is authenticated.
/// </remarks>
public sealed class BoardControlProtection(string board, BoardIdentity identity, TrustedBoards trusted) : IControlProtection
{
    private const byte Version = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int SignatureBytes = 64;
    private const string Context = "edgehypervisor control 1";

    private readonly ConcurrentDictionary<(PublicIdentity Other, string From, string To), byte[]> _keys = [];
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public bool ProvesSenders => true;

    /// <inheritdoc/>
    public int OverheadBytes => 2 + WireName.MaximumLength + NonceBytes + SignatureBytes + TagBytes;

    /// <inheritdoc/>
    public byte[] Protect(string receiver, ReadOnlySpan<byte> message)
    {
        var other = trusted.Find(receiver) ?? throw new MoveException($"board {receiver} is not among the trusted boards");
        var head = Head(board);
        var payload = new byte[head.Length + NonceBytes + SignatureBytes + message.Length + TagBytes];
        head.CopyTo(payload, 0);
        var nonce = payload.AsSpan(head.Length, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        byte[] content = [.. Sign(receiver, nonce, message), .. message];
        using var cipher = new ChaCha20Poly1305(Key(other, board, receiver));
        cipher.Encrypt(nonce, content, payload.AsSpan(head.Length + NonceBytes, content.Length), payload.AsSpan(payload.Length - TagBytes), head);
        return payload;
    }

    /// <inheritdoc/>
    public (string Sender, byte[] Message) Open(ReadOnlyMemory<byte> payload)
    {
        var (sender, head) = ReadHead(payload.Span);
        var other = trusted.Find(sender) ?? throw new FormatException($"board {sender} is not among the trusted boards");
        var nonce = payload.Span.Slice(head, NonceBytes);
        var content = new byte[payload.Length - head - NonceBytes - TagBytes];
        using var cipher = new ChaCha20Poly1305(Key(other, sender, board));
        try
        {
            cipher.Decrypt(nonce, payload.Span[(head + NonceBytes)..^TagBytes], payload.Span[^TagBytes..], content, payload.Span[..head]);
        }
        catch (CryptographicException e)
        {
            throw new FormatException($"it says it is from {sender}, and is not, or was changed", e);
        }
        using var verifier = other.CreateVerifier();
        var message = content[SignatureBytes..];
        return verifier.VerifyData(Signed(sender, board, nonce, message), content.AsSpan(0, SignatureBytes), HashAlgorithmName.SHA256)
            ? (sender, message)
            : throw new FormatException($"it is not signed by {sender}");
    }

    private static byte[] Head(string sender) => [Version, (byte)sender.Length, .. Encoding.ASCII.GetBytes(sender)];

    private static (string Sender, int Length) ReadHead(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 2 || payload[0] != Version) throw new FormatException("it is not protected, or in another way than this board expects");
        var head = 2 + payload[1];
        if (payload.Length < head + NonceBytes + SignatureBytes + TagBytes) throw new FormatException("it is cut off");
        var sender = Encoding.ASCII.GetString(payload[2..head]);
        return WireName.IsValid(sender) ? (sender, head) : throw new FormatException("its sender has no valid name");
    }

    private byte[] Sign(string receiver, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> message)
    {
        lock (_gate) return identity.Signing.SignData(Signed(board, receiver, nonce, message), HashAlgorithmName.SHA256);
    }

    /// <summary>What is signed: a message can't be taken out of its context, given to another board, or another sender's name put on it.</summary>
    private static byte[] Signed(string from, string to, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> message) =>
        [.. Encoding.ASCII.GetBytes($"{Context}\0{from}\0{to}\0"), .. nonce, .. message];

    private byte[] Key(PublicIdentity other, string from, string to) => _keys.GetOrAdd((other, from, to), pair =>
    {
        using var theirs = pair.Other.CreateAgreement();
        lock (_gate)
        {
            var secret = identity.Agreeing.DeriveRawSecretAgreement(theirs.PublicKey);
            var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: Encoding.ASCII.GetBytes($"{Context}\0{pair.From}\0{pair.To}"));
            CryptographicOperations.ZeroMemory(secret);
            return key;
        }
    });
}
