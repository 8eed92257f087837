// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Boards;

/// <summary>Numbers of one peripheral since its board was opened.</summary>
/// <param name="Changes">Level changes or settings driven.</param>
/// <param name="Edges">Edges of an input.</param>
/// <param name="LostEdges">Edges that a VM had no room for; it was told the last level all the same.</param>
/// <param name="Transactions">Bus transactions and samples.</param>
/// <param name="Bytes">Bytes of transactions and serial lines.</param>
/// <param name="Errors">Transactions and changes that failed, serial bytes lost.</param>
/// <param name="Refusals">Uses that a policy did not allow.</param>
/// <param name="Wait">Time that transactions waited for their turn, in all.</param>
public sealed record PeripheralCounts(
    long Changes, long Edges, long LostEdges, long Transactions, long Bytes, long Errors, long Refusals, TimeSpan Wait);
