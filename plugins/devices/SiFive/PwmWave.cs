// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Devices.SiFive;

/// <summary>
/// When a comparator is high within a cycle of the counter: from <paramref name="Rise"/> to before <paramref name="Fall"/>,
/// in counts since the cycle began. Empty when the two are equal.
/// </summary>
/// <param name="Rise">The first count at which it is high.</param>
/// <param name="Fall">The first count at which it is low again; at most the length of the cycle.</param>
internal readonly record struct PwmWave(ulong Rise, ulong Fall)
{
    /// <summary>Never high.</summary>
    public static PwmWave Low => default;

    public ulong HighCounts => Fall - Rise;

    public bool IsHighAt(ulong count) => count >= Rise && count < Fall;

    /// <summary>How many counts until it is next high, 0 when it is; null when it never will be.</summary>
    public ulong? UntilHigh(ulong count, ulong period)
    {
        if (Rise == Fall) return null;
        if (IsHighAt(count)) return 0;
        return count < Rise ? Rise - count : period - count + Rise;
    }

    /// <summary>How many counts until the level changes; null when it never will.</summary>
    public ulong? UntilChange(ulong count, ulong period)
    {
        if (Rise == Fall || HighCounts == period) return null;
        return IsHighAt(count) ? Fall - count : UntilHigh(count, period);
    }
}
