// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>How far a move is.</summary>
/// <param name="Phase">Where the source is.</param>
/// <param name="Round">The round of pages; 0 is the first.</param>
/// <param name="Percent">Of this round, 0 to 100.</param>
/// <param name="BytesSent">On the wire, so far.</param>
/// <param name="BytesPerSecond">The rate of late.</param>
/// <param name="RemainingBytes">Guest bytes of this round still to be sent.</param>
/// <param name="ExpectedDowntime">How long the rest would take if the VM were frozen now.</param>
/// <param name="ThrottlePercent">How much the guest is being slowed down.</param>
public sealed record MoveProgress(
    SourcePhase Phase,
    int Round,
    int Percent,
    long BytesSent,
    long BytesPerSecond,
    long RemainingBytes,
    TimeSpan ExpectedDowntime,
    int ThrottlePercent)
{
    /// <summary>Nothing sent yet.</summary>
    public static MoveProgress Start { get; } = new(SourcePhase.Starting, 0, 0, 0, 0, 0, TimeSpan.Zero, 0);
}
