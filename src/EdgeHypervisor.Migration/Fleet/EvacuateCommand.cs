// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>Moves every VM away from the board that it is sent to: <c>command/evacuate</c>.</summary>
public sealed record EvacuateCommand
{
    /// <summary>The boards that come into question, by their labels: <c>where</c>.</summary>
    public LabelSelector Where { get; init; } = LabelSelector.All;

    /// <summary>How many at once: <c>parallel</c>.</summary>
    public int Parallel { get; init; } = 2;

    /// <summary>Makes it idempotent: <c>token</c>.</summary>
    public string Token { get; init; } = "";

    /// <summary>Who asks, as they say themselves: <c>by</c>.</summary>
    public string By { get; init; } = "";

    /// <summary>How each is moved.</summary>
    public MoveTuning Tuning { get; init; } = new();

    /// <summary>Reads a command.</summary>
    /// <exception cref="FormatException">It is none; names the field and what is expected.</exception>
    public static EvacuateCommand Parse(ReadOnlyMemory<byte> payload)
    {
        var fields = CommandFields.Parse(payload, MoveCommand.MaximumBytes, ["where", "parallel", "token", "by", .. MoveTuning.Fields]);
        return new EvacuateCommand
        {
            Where = fields.Labels("where"),
            Parallel = (int)(fields.Number("parallel", 1, 16) ?? 2),
            Token = fields.Text("token", 128) ?? "",
            By = fields.Text("by", 256) ?? "",
            Tuning = MoveTuning.Read(fields),
        };
    }

    /// <summary>Writes it.</summary>
    public byte[] ToJson() => CommandFields.Write(json =>
    {
        if (Where.Text.Length > 0) json.WriteString("where", Where.Text);
        json.WriteNumber("parallel", Parallel);
        if (Token.Length > 0) json.WriteString("token", Token);
        if (By.Length > 0) json.WriteString("by", By);
        Tuning.Write(json);
    });
}
