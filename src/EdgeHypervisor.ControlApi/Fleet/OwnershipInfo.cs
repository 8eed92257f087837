// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>What this board is to a VM, by its journal: <c>GET /v1/ownership</c>.</summary>
/// <param name="Id">The VM's id.</param>
/// <param name="Kind"><c>owner</c>, <c>offering</c>, <c>relinquished</c>, <c>prepared</c>, <c>absent</c>.</param>
/// <param name="Epoch">The ownership number under which this board owns it, or last did.</param>
/// <param name="Phase">Where a move of it is.</param>
/// <param name="InDoubt">Whether it stands still here and only the other board of its move can say who runs it.</param>
/// <param name="Peer">The other board of a move under way.</param>
/// <param name="Name">The VM's name, where it is known.</param>
public sealed record OwnershipInfo(string Id, string Kind, ulong Epoch, string Phase, bool InDoubt, string? Peer = null, string? Name = null)
{
    /// <summary>Whether this board can write nothing down about it any more, and decides nothing until it is started again.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsHalted => Phase == "halted";
}
