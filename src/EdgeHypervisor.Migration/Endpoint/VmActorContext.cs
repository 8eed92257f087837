// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>What all actors of a board share.</summary>
/// <param name="Options">Names, folders, times.</param>
/// <param name="Vms">The board's VMs.</param>
/// <param name="Links">The connections.</param>
/// <param name="Settled">Takes the ends of moves that a restart outlived: the VM, and how.</param>
/// <param name="Report">Takes lines for the operator.</param>
/// <param name="Time">The clock.</param>
/// <param name="Closing">Cancelled when the endpoint closes.</param>
internal sealed record VmActorContext(
    MoveEndpointOptions Options,
    IBoardVms Vms,
    BoardLinks Links,
    Action<string, MoveResult> Settled,
    Action<string> Report,
    TimeProvider Time,
    CancellationToken Closing);
