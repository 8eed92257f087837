// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>What can be set, in the configuration file and with <c>--set</c>.</summary>
internal static class SettingNames
{
    public const string Board = "board";
    public const string Name = "name";
    public const string Data = "data";
    public const string Socket = "socket";
    public const string Plugins = "plugins";
    public const string Machines = "machines";
    public const string Checkpoint = "checkpoint";
    public const string Workers = "workers";
    public const string Log = "log";
    public const string GuestMemory = "guestMemory";
    public const string Operators = "operators";
    public const string TransportPlugin = "transport.plugin";
    public const string MoveRounds = "moves.rounds";
    public const string MoveDowntime = "moves.downtime";
    public const string MoveCopyTime = "moves.copyTime";
    public const string MoveThrottle = "moves.throttle";
    public const string MoveBandwidth = "moves.bandwidth";
    public const string MovePatience = "moves.patience";
    public const string MoveFrozenPatience = "moves.frozenPatience";
    public const string MoveKnownPages = "moves.knownPages";
    public const string LendingLease = "lending.lease";
    public const string LendingLossAfter = "lending.lossAfter";
    public const string LendingPatience = "lending.patience";
    public const string LendingAnswerPatience = "lending.answerPatience";

    /// <summary>Before the names that the transport's plugin gives a meaning to: <c>transport.host</c>.</summary>
    public const string TransportPrefix = "transport.";

    /// <summary>Before the board's labels: <c>labels.site</c>.</summary>
    public const string LabelsPrefix = "labels.";

    /// <summary>The settings that are a mapping of their own in the file.</summary>
    public static IReadOnlyList<string> Mappings { get; } = ["transport", "labels", "moves", "lending"];

    public static IReadOnlyList<string> All { get; } =
    [
        Board, Name, Data, Socket, Plugins, Machines, Checkpoint, Workers, Log, GuestMemory, Operators, TransportPlugin,
        MoveRounds, MoveDowntime, MoveCopyTime, MoveThrottle, MoveBandwidth, MovePatience, MoveFrozenPatience, MoveKnownPages,
        LendingLease, LendingLossAfter, LendingPatience, LendingAnswerPatience,
    ];

    public static bool IsKnown(string name) => All.Contains(name) || name.StartsWith(TransportPrefix, StringComparison.Ordinal) || name.StartsWith(LabelsPrefix, StringComparison.Ordinal);

    public static bool IsPath(string name) => name is Board or Data or Socket or Plugins or Machines or Operators;

    public static bool IsList(string name) => name is Plugins or Machines;
}
