// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>
/// The message that moves a VM, on <c>edgehypervisor/1/BOARD/command/move</c> of the board that has it:
/// <c>{"vm":"thermostat","to":"pocket","token":"…"}</c>. Never retained.
/// </summary>
/// <param name="Vm">The VM, by name.</param>
/// <param name="Destination">The board to move it to: <c>to</c>; empty: the board that suits it best.</param>
public sealed record MoveCommand(string Vm, string Destination = "")
{
    /// <summary>The longest payload, in bytes.</summary>
    public const int MaximumBytes = 16 * 1024;

    /// <summary>Without a destination: which boards come into question, by their labels: <c>where</c>.</summary>
    public LabelSelector Where { get; init; } = LabelSelector.All;

    /// <summary>Makes the command idempotent: a second one with the same token is answered with the first one's job. <c>token</c>; empty: none.</summary>
    public string Token { get; init; } = "";

    /// <summary>Who asks, as they say, for the log: <c>by</c>.</summary>
    public string By { get; init; } = "";

    /// <summary>How, where it differs from what the board does usually.</summary>
    public MoveTuning Tuning { get; init; } = new();

    /// <summary>Reads a command.</summary>
    /// <exception cref="FormatException">It is none; names the field and what is expected.</exception>
    public static MoveCommand Parse(ReadOnlyMemory<byte> payload)
    {
        var fields = CommandFields.Parse(payload, MaximumBytes, ["vm", "to", "where", "token", "by", .. MoveTuning.Fields]);
        return new MoveCommand(fields.RequiredText("vm", 256), fields.Board("to") ?? "")
        {
            Where = fields.Labels("where"),
            Token = fields.Text("token", 128) ?? "",
            By = fields.Text("by", 256) ?? "",
            Tuning = MoveTuning.Read(fields),
        };
    }

    /// <summary>Writes a command.</summary>
    public byte[] ToJson() => CommandFields.Write(json =>
    {
        json.WriteString("vm", Vm);
        if (Destination.Length > 0) json.WriteString("to", Destination);
        if (Where.Text.Length > 0) json.WriteString("where", Where.Text);
        if (Token.Length > 0) json.WriteString("token", Token);
        if (By.Length > 0) json.WriteString("by", By);
        Tuning.Write(json);
    });
}
