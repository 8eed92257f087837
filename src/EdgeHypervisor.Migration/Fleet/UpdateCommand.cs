// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>Gives one VM of the board that it is sent to another firmware: <c>command/update</c>.</summary>
/// <param name="Vm">The VM: <c>vm</c>.</param>
/// <param name="Image">The digest of the firmware, which the board has already: <c>image</c>.</param>
public sealed record UpdateCommand(string Vm, string Image)
{
    /// <summary>How long it must run with it; else it gets the old one back: <c>settleSeconds</c>.</summary>
    public int SettleSeconds { get; init; } = 5;

    /// <summary>Makes it idempotent: <c>token</c>.</summary>
    public string Token { get; init; } = "";

    /// <summary>Who asks, as they say themselves: <c>by</c>.</summary>
    public string By { get; init; } = "";

    /// <summary>Reads a command.</summary>
    /// <exception cref="FormatException">It is none; names the field and what is expected.</exception>
    public static UpdateCommand Parse(ReadOnlyMemory<byte> payload)
    {
        var fields = CommandFields.Parse(payload, MoveCommand.MaximumBytes, "vm", "image", "settleSeconds", "token", "by");
        return new UpdateCommand(fields.RequiredText("vm", 256), fields.RequiredText("image", 128))
        {
            SettleSeconds = (int)(fields.Number("settleSeconds", 0, 3600) ?? 5),
            Token = fields.Text("token", 128) ?? "",
            By = fields.Text("by", 256) ?? "",
        };
    }

    /// <summary>Writes it.</summary>
    public byte[] ToJson() => CommandFields.Write(json =>
    {
        json.WriteString("vm", Vm);
        json.WriteString("image", Image);
        json.WriteNumber("settleSeconds", SettleSeconds);
        if (Token.Length > 0) json.WriteString("token", Token);
        if (By.Length > 0) json.WriteString("by", By);
    });
}
