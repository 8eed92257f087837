// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Cli;

/// <summary>How a move is to be done, where it is not as the board's configuration has it.</summary>
internal static class TuningOptions
{
    private static readonly Option<bool> Stopped = new("--stopped") { Description = "Stop it first, then send" };
    private static readonly Option<int?> Rounds = new("--max-rounds") { HelpName = "N", Description = "Rounds of pages while it runs, at most" };
    private static readonly Option<int?> Downtime = new("--downtime") { HelpName = "MS", Description = "Freeze as soon as the rest takes no longer than this" };
    private static readonly Option<int?> CopyTime = new("--max-time") { HelpName = "SECONDS", Description = "Freeze in any case after this time" };
    private static readonly Option<int?> Throttle = new("--throttle") { HelpName = "PERCENT", Description = "How much it may be slowed down when it writes faster than can be sent" };
    private static readonly Option<long?> Bandwidth = new("--bandwidth") { HelpName = "BYTES", Description = "The most bytes a second" };

    public static IReadOnlyList<Option> All { get; } = [Stopped, Rounds, Downtime, CopyTime, Throttle, Bandwidth];

    /// <summary>Adds them to a command, in its initializer.</summary>
    public static void Add(this EhvSubcommand command, IReadOnlyList<Option> options)
    {
        foreach (var option in options) command.Add(option);
    }

    public static MoveTuning Read(CommandContext context) => new()
    {
        Live = context.Get(Stopped) ? false : null,
        MaximumRounds = context.Get(Rounds),
        DowntimeTargetMs = context.Get(Downtime),
        MaximumCopySeconds = context.Get(CopyTime),
        MaximumThrottlePercent = context.Get(Throttle),
        BytesPerSecond = context.Get(Bandwidth),
    };
}
