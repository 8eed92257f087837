// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Migration;

/// <summary>
/// Says who asks, in the user properties of a command: <c>by</c>, <c>until</c> (seconds since 1970) and <c>signature</c>, ECDSA on P-256
/// with SHA-256 (r ‖ s, base64url) over "edgehypervisor command 1", board, verb, by and until, each followed by a zero byte, and the payload.
/// </summary>
public static class CommandSignature
{
    /// <summary>The user properties.</summary>
    public const string By = "by", Until = "until", Signature = "signature";

    /// <summary>How far ahead the end may lie: a board remembers what it took for as long.</summary>
    public static readonly TimeSpan LongestValidity = TimeSpan.FromMinutes(15);

    private const string Context = "edgehypervisor command 1";

    /// <summary>Signs a command.</summary>
    /// <param name="identity">The keys of who asks.</param>
    /// <param name="by">Their name, as the boards know it.</param>
    /// <param name="board">For which board.</param>
    /// <param name="verb">Which command.</param>
    /// <param name="payload">The command.</param>
    /// <param name="until">Until when it may be obeyed.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Sign(BoardIdentity identity, string by, string board, string verb, ReadOnlySpan<byte> payload, DateTimeOffset until)
    {
        var seconds = until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signature;
        lock (identity) signature = identity.Signing.SignData(Signed(board, verb, by, seconds, payload), HashAlgorithmName.SHA256);
        return [new(By, by), new(Until, seconds), new(Signature, Base64Url.EncodeToString(signature))];
    }

    /// <summary>A user property of a message; null when it is not there.</summary>
    public static string? Property(TransportMessage message, string name)
    {
        foreach (var (key, value) in message.UserProperties)
        {
            if (key == name) return value;
        }
        return null;
    }

    /// <summary>Checks who signed a command.</summary>
    /// <returns>What was signed, in short: the same for the same command, whatever became of its signature on the way.</returns>
    /// <exception cref="FormatException">They did not, or it is too late; says which.</exception>
    public static string Verify(PublicIdentity identity, string by, string board, string verb, TransportMessage message, DateTimeOffset now)
    {
        var text = Property(message, Until) ?? "";
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 253_402_300_799) throw new FormatException("it is signed and has no 'until'");
        var until = DateTimeOffset.FromUnixTimeSeconds(seconds);
        if (until < now) throw new FormatException($"it was to be obeyed until {until:u}, and this board's clock says {now:u}");
        if (until > now + LongestValidity) throw new FormatException($"it is to be obeyed until {until:u}, more than {LongestValidity.TotalMinutes:0} minutes after this board's clock, {now:u}");
        var signature = new byte[64];
        var isSignature = Base64UrlText.TryDecode(Property(message, Signature), signature);
        using var verifier = identity.CreateVerifier();
        var signed = Signed(board, verb, by, text, message.Payload.Span);
        return isSignature && verifier.VerifyData(signed, signature, HashAlgorithmName.SHA256)
            ? Convert.ToHexStringLower(SHA256.HashData(signed))
            : throw new FormatException($"it is not signed by {by} for this board and command");
    }

    private static byte[] Signed(string board, string verb, string by, string until, ReadOnlySpan<byte> payload) =>
        [.. Encoding.UTF8.GetBytes($"{Context}\0{board}\0{verb}\0{by}\0{until}\0"), .. payload];
}
