// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>What all actors of a board share.</summary>
/// <param name="Options">Names, folders, times.</param>
/// <param name="Vms">The board's VMs.</param>
/// <param name="Links">The connections.</param>
/// <param name="Report">Takes lines for the operator.</param>
/// <param name="Time">The clock.</param>
/// <param name="Closing">Cancelled when the endpoint closes.</param>
internal sealed record VmActorContext(
    MoveEndpointOptions Options,
    IBoardVms Vms,
    BoardLinks Links,
    Action<string> Report,
    TimeProvider Time,
    CancellationToken Closing);
