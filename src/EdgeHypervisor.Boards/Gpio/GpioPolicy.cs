// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>
/// Decides the level of an output. VMs that run decide; where none does, what one that ceased to run left behind: the level
/// to hold, then the safe one; the latest to cease first. On a wired line held levels count like driven ones.
/// </summary>
internal static class GpioPolicy
{
    /// <summary>The verdict, or null where nobody has a stake in the output.</summary>
    public static GpioVerdict? Decide(List<GpioBinding> users, LeaseKeeper<GpioBinding> lease)
    {
        var policy = AccessPolicy.Shared;
        var strongest = OutputStake.None;
        foreach (var user in users)
        {
            if (!HasStake(user)) continue;
            policy = user.Mapping.Access;
            if (user.Stake > strongest) strongest = user.Stake;
        }
        if (strongest == OutputStake.None) return null;
        return policy switch
        {
            AccessPolicy.WiredAnd => Wired(users, strongest, isAnd: true),
            AccessPolicy.WiredOr => Wired(users, strongest, isAnd: false),
            _ => Single(users, strongest, policy, lease.Holder),
        };
    }

    private static bool HasStake(GpioBinding user) => user.Stake != OutputStake.None && user.AppliedMode.Direction == GpioDirection.Output;

    private static GpioVerdict Single(List<GpioBinding> users, OutputStake strongest, AccessPolicy policy, GpioBinding? holder)
    {
        GpioBinding? winner = null;
        foreach (var user in users)
        {
            if (!HasStake(user) || user.Stake != strongest) continue;
            if (winner is null || Rank(user, policy, holder) > Rank(winner, policy, holder)) winner = user;
        }
        return new GpioVerdict(winner!.AppliedMode, winner.AppliedLevel, winner);
    }

    // Among equals the first to have bound wins, since it comes first and another has to rank higher.
    private static long Rank(GpioBinding user, AccessPolicy policy, GpioBinding? holder) => user.Stake switch
    {
        OutputStake.Open when policy == AccessPolicy.Priority => user.Mapping.Priority,
        OutputStake.Open => user == holder ? 1 : 0,
        _ => user.ClosedOrder,
    };

    private static GpioVerdict Wired(List<GpioBinding> users, OutputStake strongest, bool isAnd)
    {
        var weakest = strongest == OutputStake.Open ? OutputStake.Held : strongest;
        GpioVerdict? verdict = null;
        foreach (var user in users)
        {
            if (!HasStake(user) || user.Stake < weakest) continue;
            var level = verdict is not { } so ? user.AppliedLevel : isAnd ? so.Level & user.AppliedLevel : so.Level | user.AppliedLevel;
            verdict = new GpioVerdict(verdict?.Mode ?? user.AppliedMode, level, null);
        }
        return verdict!.Value;
    }
}
