// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>A budget that fills at a steady rate: each use takes one, and when there is none, says how long to wait.</summary>
/// <remarks>Kept as the time at which the next use would be within the budget (the generic cell rate algorithm, ITU-T I.371).</remarks>
internal sealed class TokenBucket(BudgetDescription budget)
{
    private readonly long _intervalNs = Math.Max(1, 1_000_000_000L / budget.PerSecond);
    private long _emptyAtNs = long.MinValue;

    /// <summary>Takes one; 0 when there was one, else nanoseconds until there is one, and then nothing is taken.</summary>
    public long TryTake(long nowNs)
    {
        var earliest = Math.Max(_emptyAtNs, nowNs - (_intervalNs * (budget.Burst - 1)));
        if (earliest > nowNs) return earliest - nowNs;
        _emptyAtNs = earliest + _intervalNs;
        return 0;
    }
}
