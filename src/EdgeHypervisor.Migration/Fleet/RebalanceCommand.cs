// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>Evens out the load of boards: <c>command/rebalance</c> of any of them, which sees to it.</summary>
public sealed record RebalanceCommand
{
    /// <summary>The boards that take part, by their labels: <c>where</c>.</summary>
    public LabelSelector Where { get; init; } = LabelSelector.All;

    /// <summary>How far apart the loads of two boards may be, in points of percent: <c>spreadPercent</c>.</summary>
    public int SpreadPercent { get; init; } = 20;

    /// <summary>The most VMs that are moved: <c>maxMoves</c>.</summary>
    public int MaximumMoves { get; init; } = 20;

    /// <summary>Only says what would be done: <c>dryRun</c>.</summary>
    public bool DryRun { get; init; }

    /// <summary>Makes it idempotent: <c>token</c>.</summary>
    public string Token { get; init; } = "";

    /// <summary>Who asks, as they say themselves: <c>by</c>.</summary>
    public string By { get; init; } = "";

    /// <summary>Reads a command.</summary>
    /// <exception cref="FormatException">It is none; names the field and what is expected.</exception>
    public static RebalanceCommand Parse(ReadOnlyMemory<byte> payload)
    {
        var fields = CommandFields.Parse(payload, MoveCommand.MaximumBytes, "where", "spreadPercent", "maxMoves", "dryRun", "token", "by");
        return new RebalanceCommand
        {
            Where = fields.Labels("where"),
            SpreadPercent = (int)(fields.Number("spreadPercent", 1, 100) ?? 20),
            MaximumMoves = (int)(fields.Number("maxMoves", 1, 1000) ?? 20),
            DryRun = fields.Boolean("dryRun") ?? false,
            Token = fields.Text("token", 128) ?? "",
            By = fields.Text("by", 256) ?? "",
        };
    }

    /// <summary>Writes it.</summary>
    public byte[] ToJson() => CommandFields.Write(json =>
    {
        if (Where.Text.Length > 0) json.WriteString("where", Where.Text);
        json.WriteNumber("spreadPercent", SpreadPercent);
        json.WriteNumber("maxMoves", MaximumMoves);
        if (DryRun) json.WriteBoolean("dryRun", true);
        if (Token.Length > 0) json.WriteString("token", Token);
        if (By.Length > 0) json.WriteString("by", By);
    });
}
