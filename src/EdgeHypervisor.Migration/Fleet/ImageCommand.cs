// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>
/// A piece of a firmware image for the board that it is sent to: <c>command/image</c>. The answer says how much of it is there,
/// and so from where to go on; a piece without data only asks.
/// </summary>
/// <param name="Digest">The digest of the whole: <c>digest</c>.</param>
/// <param name="TotalBytes">The length of the whole: <c>total</c>.</param>
/// <param name="Offset">Where the piece belongs: <c>offset</c>.</param>
/// <param name="Data">The piece: <c>data</c>, in base64.</param>
public sealed record ImageCommand(string Digest, long TotalBytes, long Offset, ReadOnlyMemory<byte> Data)
{
    /// <summary>The longest piece: with its base64 it fits every broker.</summary>
    public const int PieceBytes = 64 * 1024;

    /// <summary>Reads a command.</summary>
    /// <exception cref="FormatException">It is none; names the field and what is expected.</exception>
    public static ImageCommand Parse(ReadOnlyMemory<byte> payload)
    {
        var fields = CommandFields.Parse(payload, 2 * PieceBytes, "digest", "total", "offset", "data", "token", "by");
        var text = fields.Text("data", 2 * PieceBytes) ?? "";
        var data = new byte[text.Length / 4 * 3 + 3];
        if (!Convert.TryFromBase64String(text, data, out var length) || length > PieceBytes) throw new FormatException($"field 'data': base64 of at most {PieceBytes} bytes is expected");
        return new ImageCommand(
            fields.RequiredText("digest", 128), fields.Number("total", 1, 1L << 32) ?? throw new FormatException("field 'total' is missing"), fields.Number("offset", 0, 1L << 32) ?? 0, data.AsMemory(0, length));
    }

    /// <summary>Writes it.</summary>
    public byte[] ToJson() => CommandFields.Write(json =>
    {
        json.WriteString("digest", Digest);
        json.WriteNumber("total", TotalBytes);
        json.WriteNumber("offset", Offset);
        if (Data.Length > 0) json.WriteBase64String("data", Data.Span);
    });
}
