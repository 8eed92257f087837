// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>The topics of a fleet; docs/asyncapi.yaml says what is in them.</summary>
internal static class FleetTopics
{
    public const string Root = "edgehypervisor/1";

    public static string State(string board) => $"{Root}/{board}/$state";

    public static string Description(string board) => $"{Root}/{board}/$description";

    public static string Vm(string board, string vm) => $"{Root}/{board}/vm/{vm}";

    public static string Job(string board, string job) => $"{Root}/{board}/job/{job}";

    public static string Command(string board, string verb) => $"{Root}/{board}/command/{verb}";

    /// <summary>
    /// Whether an answer may go where the asker wants it: nobody makes a board publish where boards take commands or moves,
    /// or on a filter.
    /// </summary>
    public static bool MayBeAnsweredOn(string topic) =>
        topic.Length is > 0 and <= 512 && topic[0] != '$' && topic.AsSpan().IndexOfAny('#', '+') < 0
        && (BoardOf(topic) is not { } board || !(topic[(Root.Length + 1 + board.Length)..] is var rest && (rest.StartsWith("/command/", StringComparison.Ordinal) || rest.StartsWith("/move/", StringComparison.Ordinal) || rest.StartsWith("/lend/", StringComparison.Ordinal))));

    /// <summary>The board that a topic is about; null when it is none of ours.</summary>
    public static string? BoardOf(string topic)
    {
        if (!topic.StartsWith(Root + "/", StringComparison.Ordinal)) return null;
        var rest = topic.AsSpan(Root.Length + 1);
        var end = rest.IndexOf('/');
        return end <= 0 ? null : rest[..end].ToString();
    }
}
