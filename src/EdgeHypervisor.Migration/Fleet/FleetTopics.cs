// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>The topics of a fleet; docs/asyncapi.yaml says what is in them.</summary>
public static class FleetTopics
{
    /// <summary>The first levels of all; the second is the major version.</summary>
    public const string Root = "edgehypervisor/1";

    /// <summary>Whether a board is there.</summary>
    public static string State(string board) => $"{Root}/{board}/$state";

    /// <summary>What it is.</summary>
    public static string Description(string board) => $"{Root}/{board}/$description";

    /// <summary>How busy it is.</summary>
    public static string Load(string board) => $"{Root}/{board}/$load";

    /// <summary>One of its VMs.</summary>
    public static string Vm(string board, string vm) => $"{Root}/{board}/vm/{vm}";

    /// <summary>One of its jobs.</summary>
    public static string Job(string board, string job) => $"{Root}/{board}/job/{job}";

    /// <summary>Where it takes commands of one kind.</summary>
    public static string Command(string board, string verb) => $"{Root}/{board}/command/{verb}";

    /// <summary>
    /// Whether an answer may go where the asker wants it: nobody makes a board publish where boards take commands or moves,
    /// or in another one's name, or on a filter.
    /// </summary>
    public static bool MayBeAnsweredOn(string topic)
    {
        if (topic.Length is 0 or > 512 || topic[0] == '$' || topic.AsSpan().IndexOfAny('#', '+') >= 0) return false;
        return BoardOf(topic) is not { } board || topic[(Root.Length + 1 + board.Length)..] is var rest && rest.StartsWith("/answer", StringComparison.Ordinal);
    }

    /// <summary>The board that a topic is about; null when it is none of ours.</summary>
    public static string? BoardOf(string topic)
    {
        if (!topic.StartsWith(Root + "/", StringComparison.Ordinal)) return null;
        var rest = topic.AsSpan(Root.Length + 1);
        var end = rest.IndexOf('/');
        return end <= 0 ? null : rest[..end].ToString();
    }

    /// <summary>The command that a topic is for, and the broker's user if the topic has that level; null when it is none.</summary>
    public static (string Verb, string? User)? CommandOf(string topic, string board) =>
        topic.StartsWith($"{Root}/{board}/command/", StringComparison.Ordinal)
            ? topic[(Root.Length + board.Length + "//command/".Length)..].Split('/') switch
            {
                [var verb] => (verb, null),
                [var verb, var user] => (verb, user),
                _ => null,
            }
            : null;
}
