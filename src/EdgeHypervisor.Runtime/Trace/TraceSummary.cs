// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>How a trace has ended.</summary>
/// <param name="Events">How many events it has.</param>
/// <param name="Lost">How many it has not, since they came faster than they could be written.</param>
/// <param name="Reason">Why it has ended, in words.</param>
public readonly record struct TraceSummary(long Events, long Lost, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Events} events, {Lost} lost; ended: {Reason}";
}
