// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace EdgeHypervisor.Migration;

/// <summary>How a move is to be done where it differs from what the board does usually; null: as usual.</summary>
public sealed record MoveTuning
{
    /// <summary>The fields of a command that belong here.</summary>
    public static IReadOnlyList<string> Fields { get; } = ["live", "maxRounds", "downtimeTargetMs", "maxCopySeconds", "maxThrottlePercent", "bytesPerSecond"];

    /// <summary>The highest values, wherever they are said: in a command, to the control API, in the service's configuration.</summary>
    public const int MostRounds = 1000, MostDowntimeMs = 60_000, MostCopySeconds = 86_400, MostThrottlePercent = 99;

    /// <inheritdoc cref="MostRounds"/>
    public const long MostBytesPerSecond = 1L << 40;

    /// <summary>False: stop it first, then send.</summary>
    public bool? Live { get; init; }

    /// <summary>Rounds in which pages are sent while the VM runs, at most.</summary>
    public int? MaximumRounds { get; init; }

    /// <summary>Freeze as soon as the rest would take no longer than this.</summary>
    public int? DowntimeTargetMs { get; init; }

    /// <summary>Freeze in any case after this time.</summary>
    public int? MaximumCopySeconds { get; init; }

    /// <summary>How much the guest may be slowed down.</summary>
    public int? MaximumThrottlePercent { get; init; }

    /// <summary>The most bytes a second; 0: as fast as it goes.</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>The options of a move.</summary>
    public MoveOptions ApplyTo(MoveOptions usual) => usual with
    {
        MaximumRounds = Live == false ? 0 : MaximumRounds ?? usual.MaximumRounds,
        DowntimeTarget = DowntimeTargetMs is { } target ? TimeSpan.FromMilliseconds(target) : usual.DowntimeTarget,
        MaximumCopyTime = MaximumCopySeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : usual.MaximumCopyTime,
        MaximumThrottlePercent = MaximumThrottlePercent ?? usual.MaximumThrottlePercent,
        BytesPerSecond = BytesPerSecond ?? usual.BytesPerSecond,
    };

    internal static MoveTuning Read(CommandFields fields) => new()
    {
        Live = fields.Boolean("live"),
        MaximumRounds = (int?)fields.Number("maxRounds", 0, MostRounds),
        DowntimeTargetMs = (int?)fields.Number("downtimeTargetMs", 0, MostDowntimeMs),
        MaximumCopySeconds = (int?)fields.Number("maxCopySeconds", 1, MostCopySeconds),
        MaximumThrottlePercent = (int?)fields.Number("maxThrottlePercent", 0, MostThrottlePercent),
        BytesPerSecond = fields.Number("bytesPerSecond", 0, MostBytesPerSecond),
    };

    internal void Write(Utf8JsonWriter json)
    {
        if (Live is { } live) json.WriteBoolean("live", live);
        if (MaximumRounds is { } rounds) json.WriteNumber("maxRounds", rounds);
        if (DowntimeTargetMs is { } target) json.WriteNumber("downtimeTargetMs", target);
        if (MaximumCopySeconds is { } seconds) json.WriteNumber("maxCopySeconds", seconds);
        if (MaximumThrottlePercent is { } percent) json.WriteNumber("maxThrottlePercent", percent);
        if (BytesPerSecond is { } bytes) json.WriteNumber("bytesPerSecond", bytes);
    }
}
