// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>What this board is to a VM now.</summary>
/// <param name="Vm">The VM's id.</param>
/// <param name="Kind">What the journal says.</param>
/// <param name="Epoch">The epoch under which this board owns it, or last did; 0: never.</param>
/// <param name="Peer">The other board of a move under way; else empty.</param>
/// <param name="Phase">Where the machine is, for people: <c>Owning</c>, <c>Prepared</c>, …</param>
public sealed record VmOwnership(string Vm, VmRecordKind Kind, ulong Epoch, string Peer, string Phase)
{
    /// <summary>The phase of a VM of which this board can write nothing down any more until it is started again.</summary>
    public const string Halted = "Halted";
}
