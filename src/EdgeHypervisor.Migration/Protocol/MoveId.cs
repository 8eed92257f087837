// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>One attempt to move one VM; every message of the protocol carries it.</summary>
/// <param name="Vm">The VM's id, never used for another VM.</param>
/// <param name="Epoch">The ownership number under which the destination would run the VM: the source's own plus one.</param>
/// <param name="Transaction">Counts the source's attempts; journaled before use, so no number is used twice within an epoch.</param>
public readonly record struct MoveId(string Vm, ulong Epoch, ulong Transaction) : IComparable<MoveId>
{
    /// <summary>Orders the attempts for one VM by age: epoch first, then transaction.</summary>
    public int CompareTo(MoveId other) =>
        Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Transaction.CompareTo(other.Transaction);

    /// <inheritdoc/>
    public override string ToString() => $"{Vm}@{Epoch}.{Transaction}";
}
