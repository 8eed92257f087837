// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>Where the time went while a VM stood still, one after the other.</summary>
/// <param name="Freeze">Until the VM stood still between two instructions and its state was saved.</param>
/// <param name="Send">Until the last pages and the state were on their way, and the digest of everything was known.</param>
/// <param name="Prepare">Until the destination had verified, built and made it durable, and the source had heard so.</param>
/// <param name="Relinquish">Until the source had journaled the handover.</param>
/// <param name="Start">Until it ran at the destination.</param>
public sealed record MoveStages(TimeSpan Freeze, TimeSpan Send, TimeSpan Prepare, TimeSpan Relinquish, TimeSpan Start)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"freeze {Freeze.TotalMilliseconds:0.0} send {Send.TotalMilliseconds:0.0} prepare {Prepare.TotalMilliseconds:0.0} relinquish {Relinquish.TotalMilliseconds:0.0} start {Start.TotalMilliseconds:0.0} ms");
}
