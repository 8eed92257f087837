// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Migration;

namespace Migration.Tests;

/// <summary>A fault seeded into the protocol, to see that the explorer finds it.</summary>
internal sealed record ModelFault(string Name)
{
    /// <summary>Writes that are reported as durable and are not.</summary>
    public Func<OwnershipRecord, bool> ForgetsWrite { get; init; } = _ => false;

    /// <summary>Takes the place of a step of the machine.</summary>
    public Func<VmState, ProtocolInput, Transition<VmState>> Step { get; init; } = VmMachine.Step;

    /// <summary>The protocol as it is.</summary>
    public static ModelFault None { get; } = new("none");
}
