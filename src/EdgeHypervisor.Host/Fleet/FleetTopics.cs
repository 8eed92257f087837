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

    /// <summary>The board that a topic is about; null when it is none of ours.</summary>
    public static string? BoardOf(string topic)
    {
        if (!topic.StartsWith(Root + "/", StringComparison.Ordinal)) return null;
        var rest = topic.AsSpan(Root.Length + 1);
        var end = rest.IndexOf('/');
        return end <= 0 ? null : rest[..end].ToString();
    }
}
