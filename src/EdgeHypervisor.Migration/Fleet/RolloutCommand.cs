// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>
/// Gives VMs a new firmware, group after group: <c>command/rollout</c> of any board that has the image, which sees to it.
/// </summary>
/// <param name="Image">The digest of the firmware: <c>image</c>.</param>
/// <param name="Vms">Which VMs, by name; <c>*</c> stands for any characters: <c>vms</c>.</param>
public sealed record RolloutCommand(string Image, IReadOnlyList<string> Vms)
{
    /// <summary>On which boards, by their labels: <c>where</c>.</summary>
    public LabelSelector Where { get; init; } = LabelSelector.All;

    /// <summary>How many at once: <c>groupSize</c>.</summary>
    public int GroupSize { get; init; } = 1;

    /// <summary>With more failures than this no further group is begun: <c>maxFailures</c>.</summary>
    public int MaximumFailures { get; init; }

    /// <summary>How long a VM must run with it before it counts as well: <c>settleSeconds</c>.</summary>
    public int SettleSeconds { get; init; } = 5;

    /// <summary>Makes it idempotent: <c>token</c>.</summary>
    public string Token { get; init; } = "";

    /// <summary>Who asks, as they say themselves: <c>by</c>.</summary>
    public string By { get; init; } = "";

    /// <summary>Reads a command.</summary>
    /// <exception cref="FormatException">It is none; names the field and what is expected.</exception>
    public static RolloutCommand Parse(ReadOnlyMemory<byte> payload)
    {
        var fields = CommandFields.Parse(payload, MoveCommand.MaximumBytes, "image", "vms", "where", "groupSize", "maxFailures", "settleSeconds", "token", "by");
        var vms = fields.Texts("vms", 256, 1000);
        if (vms.Count == 0) throw new FormatException("field 'vms' is missing: a list of names of VMs; [\"*\"] for all");
        return new RolloutCommand(fields.RequiredText("image", 128), vms)
        {
            Where = fields.Labels("where"),
            GroupSize = (int)(fields.Number("groupSize", 1, 1000) ?? 1),
            MaximumFailures = (int)(fields.Number("maxFailures", 0, 1000) ?? 0),
            SettleSeconds = (int)(fields.Number("settleSeconds", 0, 3600) ?? 5),
            Token = fields.Text("token", 128) ?? "",
            By = fields.Text("by", 256) ?? "",
        };
    }

    /// <summary>Whether a VM of this name is meant.</summary>
    public bool Means(string vm) => Vms.Any(pattern => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, vm, ignoreCase: false));

    /// <summary>Writes it.</summary>
    public byte[] ToJson() => CommandFields.Write(json =>
    {
        json.WriteString("image", Image);
        json.WriteStartArray("vms");
        foreach (var vm in Vms) json.WriteStringValue(vm);
        json.WriteEndArray();
        if (Where.Text.Length > 0) json.WriteString("where", Where.Text);
        json.WriteNumber("groupSize", GroupSize);
        json.WriteNumber("maxFailures", MaximumFailures);
        json.WriteNumber("settleSeconds", SettleSeconds);
        if (Token.Length > 0) json.WriteString("token", Token);
        if (By.Length > 0) json.WriteString("by", By);
    });
}
