// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>A message as the state machines see it: what it says, about which attempt.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Move">About which attempt.</param>
public sealed record ProtocolMessage(ProtocolMessageKind Kind, MoveId Move)
{
    /// <summary>The digest of everything, in <see cref="ProtocolMessageKind.Finish"/> and <see cref="ProtocolMessageKind.Prepared"/>.</summary>
    public Digest256 Digest { get; init; }

    /// <summary>Why, in <see cref="ProtocolMessageKind.Refused"/>; else empty.</summary>
    public string Reason { get; init; } = "";
}
