// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace EdgeHypervisor.Migration;

/// <summary>
/// The message that moves a VM, on <c>edgehypervisor/1/BOARD/command/move</c> of the board that has it:
/// <c>{"vm":"thermostat","to":"pocket","token":"…"}</c>. Never retained.
/// </summary>
/// <param name="Vm">The VM, by name or id.</param>
/// <param name="Destination">The board to move it to: <c>to</c>.</param>
public sealed record MoveCommand(string Vm, string Destination)
{
    /// <summary>The longest payload, in bytes.</summary>
    public const int MaximumBytes = 16 * 1024;

    /// <summary>Makes the command idempotent: a second one with the same token is answered with the first one's job. <c>token</c>; empty: none.</summary>
    public string Token { get; init; } = "";

    /// <summary>Who asks, for the log: <c>by</c>.</summary>
    public string By { get; init; } = "";

    /// <summary>How: <c>live</c> (false: stop it first), <c>maxRounds</c>, <c>downtimeTargetMs</c>, <c>bytesPerSecond</c>.</summary>
    public MoveOptions Options { get; init; } = new();

    /// <summary>Reads a command.</summary>
    /// <exception cref="FormatException">It is none; names the field and what is expected.</exception>
    public static MoveCommand Parse(ReadOnlyMemory<byte> payload)
    {
        var fields = CommandFields.Parse(payload, MaximumBytes, "vm", "to", "token", "by", "live", "maxRounds", "downtimeTargetMs", "bytesPerSecond");
        var options = new MoveOptions();
        var isLive = fields.Boolean("live") ?? true;
        return new MoveCommand(fields.RequiredText("vm", 256), Name(fields.RequiredText("to", WireName.MaximumLength)))
        {
            Token = fields.Text("token", 128) ?? "",
            By = fields.Text("by", 256) ?? "",
            Options = options with
            {
                MaximumRounds = isLive ? (int)(fields.Number("maxRounds", 0, 1000) ?? options.MaximumRounds) : 0,
                DowntimeTarget = fields.Number("downtimeTargetMs", 0, 60_000) is { } target ? TimeSpan.FromMilliseconds(target) : options.DowntimeTarget,
                BytesPerSecond = fields.Number("bytesPerSecond", 0, 1L << 40) ?? 0,
            },
        };
    }

    /// <summary>Writes a command.</summary>
    public byte[] ToJson()
    {
        var defaults = new MoveOptions();
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("vm", Vm);
            json.WriteString("to", Destination);
            if (Token.Length > 0) json.WriteString("token", Token);
            if (By.Length > 0) json.WriteString("by", By);
            if (Options.MaximumRounds == 0) json.WriteBoolean("live", false);
            else if (Options.MaximumRounds != defaults.MaximumRounds) json.WriteNumber("maxRounds", Options.MaximumRounds);
            if (Options.DowntimeTarget != defaults.DowntimeTarget) json.WriteNumber("downtimeTargetMs", (long)Options.DowntimeTarget.TotalMilliseconds);
            if (Options.BytesPerSecond != 0) json.WriteNumber("bytesPerSecond", Options.BytesPerSecond);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private static string Name(string to) =>
        WireName.IsValid(to) ? to : throw new FormatException($"field 'to': '{to}' is no name of a board: 1 to {WireName.MaximumLength} of a-z 0-9 - _ .");
}
