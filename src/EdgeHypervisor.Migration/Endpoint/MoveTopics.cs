// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>The topics of moves.</summary>
internal sealed class MoveTopics(string root)
{
    /// <summary>Where a board takes control messages (QoS 1).</summary>
    public string Control(string board) => $"{root}/{board}/move/control";

    /// <summary>Where a board takes frames of data streams, in both directions (QoS 0).</summary>
    public string Data(string board) => $"{root}/{board}/move/data";
}
