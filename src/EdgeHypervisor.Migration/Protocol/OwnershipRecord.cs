// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>
/// All that a board durably knows about its part in a VM's life. Each record stands for itself: the last one in the
/// journal decides, and it alone.
/// </summary>
public sealed record OwnershipRecord
{
    /// <summary>The VM's id.</summary>
    public required string Vm { get; init; }

    /// <summary>What this board is to the VM.</summary>
    public required VmRecordKind Kind { get; init; }

    /// <summary>The highest epoch under which this board ever owned the VM; for an owner, the present one. Zero: never.</summary>
    public ulong OwnedEpoch { get; init; }

    /// <summary>The last transaction that this board began under <see cref="OwnedEpoch"/>.</summary>
    public ulong Transaction { get; init; }

    /// <summary>The attempt under way: of <see cref="VmRecordKind.Offering"/>, Relinquished and Prepared.</summary>
    public MoveId Move { get; init; }

    /// <summary>The other board of that attempt; else empty.</summary>
    public string Peer { get; init; } = "";

    /// <summary>The digest of the image of a <see cref="VmRecordKind.Relinquished"/> or <see cref="VmRecordKind.Prepared"/> VM.</summary>
    public Digest256 Digest { get; init; }

    /// <summary>The attempts that this board refuses to take for good.</summary>
    public MoveFloor Floor { get; init; }

    /// <summary>The record of a board that has never heard of the VM.</summary>
    public static OwnershipRecord Unknown(string vm) => new() { Vm = vm, Kind = VmRecordKind.Absent };

    /// <summary>The record of the board on which the VM is created.</summary>
    public static OwnershipRecord Created(string vm) => new() { Vm = vm, Kind = VmRecordKind.Owner, OwnedEpoch = 1 };

    /// <summary>Whether an attempt can't be news: this board has refused it for good or has owned the VM at or after it.</summary>
    public bool IsPast(MoveId move) => move.Epoch <= OwnedEpoch || Floor.Covers(move);
}
