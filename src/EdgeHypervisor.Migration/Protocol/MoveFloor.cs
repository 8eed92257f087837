// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>The attempts up to which a board refuses to take a VM: journaled before it says so, and never lowered.</summary>
/// <param name="Epoch">Epoch of the last refused attempt.</param>
/// <param name="Transaction">Transaction of the last refused attempt.</param>
public readonly record struct MoveFloor(ulong Epoch, ulong Transaction)
{
    /// <summary>Whether the attempt lies on or below the floor.</summary>
    public bool Covers(MoveId move) =>
        move.Epoch < Epoch || (move.Epoch == Epoch && move.Transaction <= Transaction);

    /// <summary>The floor that covers this one and the attempt.</summary>
    public MoveFloor RaisedTo(MoveId move) => Covers(move) ? this : new MoveFloor(move.Epoch, move.Transaction);
}
