// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>A message of the control stream: the protocol's message, and what its receiver needs to act on it.</summary>
internal sealed record ControlMessage
{
    /// <summary>Who sends it.</summary>
    public required string From { get; init; }

    /// <summary>For whom it is.</summary>
    public required string To { get; init; }

    /// <summary>What it says.</summary>
    public required ProtocolMessage Message { get; init; }

    /// <summary>In prepare: the VM.</summary>
    public VmOffer? Offer { get; init; }

    /// <summary>In prepare and accepted: the sender's share of the keys of the data stream (DER SubjectPublicKeyInfo, P-256).</summary>
    public ReadOnlyMemory<byte> KeyShare { get; init; }

    /// <summary>In accepted: the largest payload that the destination's broker lets through, in bytes.</summary>
    public int MaximumPayloadBytes { get; init; }

    /// <summary>In accepted: the codec for blocks that the destination can expand and likes best.</summary>
    public BlockCodec Codec { get; init; }

    /// <summary>In accepted: the destination has pages by their hash, so asking may save sending.</summary>
    public bool KnowsPages { get; init; }

    /// <summary>
    /// In prepared and done: when the destination was how far, since it heard what it answers (<see cref="ArrivalClock"/>), so
    /// that the source knows how long the VM stood still and why.
    /// </summary>
    public IReadOnlyList<TimeSpan> Steps { get; init; } = [];

    /// <summary>In finish: the number of the last frame of the data stream.</summary>
    public ulong LastFrame { get; init; }
}
