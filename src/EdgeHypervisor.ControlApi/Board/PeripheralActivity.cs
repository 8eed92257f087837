// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>What has happened at a peripheral since the service started: <c>GET /v1/board/activity</c>.</summary>
/// <param name="Role">The peripheral.</param>
/// <param name="Changes">Level changes or settings that were driven.</param>
/// <param name="Edges">Edges of an input.</param>
/// <param name="LostEdges">Edges that a VM had no room for; it was told the last level all the same.</param>
/// <param name="Transactions">Bus transactions and samples.</param>
/// <param name="Bytes">Bytes of transactions and serial lines.</param>
/// <param name="Errors">Transactions and changes that failed, serial bytes lost.</param>
/// <param name="Refusals">Uses that a policy did not allow.</param>
/// <param name="WaitSeconds">Time that transactions waited for their turn, in all.</param>
/// <param name="Users">The VMs that use it now.</param>
/// <param name="Kind"><c>gpio</c>, <c>i2c</c>, …; null where its driver is missing.</param>
public sealed record PeripheralActivity(
    string Role,
    long Changes,
    long Edges,
    long LostEdges,
    long Transactions,
    long Bytes,
    long Errors,
    long Refusals,
    double WaitSeconds,
    IReadOnlyList<PeripheralUser> Users,
    string? Kind = null);
