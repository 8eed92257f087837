// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>What a VM wants after its turn.</summary>
/// <param name="IsReady">It has more to do now.</param>
/// <param name="WakeAtNs">Else: the host's monotonic time at which it does; <see cref="long.MaxValue"/>: only when woken.</param>
internal readonly record struct TurnResult(bool IsReady, long WakeAtNs)
{
    /// <summary>What its worker is lent for once the turn is over; see <see cref="IVmTurn.TryAtRest"/>.</summary>
    public Action? AtRest { get; init; }

    /// <summary>More to do now.</summary>
    public static TurnResult Ready => new(true, 0);

    /// <summary>Nothing to do until somebody wakes it.</summary>
    public static TurnResult UntilWoken => new(false, long.MaxValue);

    /// <summary>Nothing to do until a moment of the host's monotonic clock.</summary>
    public static TurnResult Until(long hostNs) => new(false, hostNs);
}
