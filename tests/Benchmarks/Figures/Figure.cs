// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Benchmarks;

/// <summary>One measured figure, as <c>artifacts/bench.json</c> lists it.</summary>
/// <param name="Name">What was measured: <c>steady/crc32</c>.</param>
/// <param name="Unit">Unit of <paramref name="Ours"/> and <paramref name="Peer"/>.</param>
/// <param name="Ours">Our value, the median of the rounds.</param>
/// <param name="Peer">The peer's, measured in the same session; null without a peer.</param>
/// <param name="PeerName">Who the peer is, with its version.</param>
/// <param name="Ratio">How many times better ours is: above 1 is in our favour. Null without a peer.</param>
/// <param name="Target">What is promised or aimed at, for the value that <paramref name="TargetOf"/> names; null: reported only.</param>
/// <param name="TargetOf"><c>ratio</c>, <c>ours at least</c> or <c>ours at most</c>.</param>
/// <param name="Met">Whether the target is reached; null without one.</param>
public sealed record Figure(
    string Name, string Unit, double Ours, double? Peer, string? PeerName, double? Ratio, double? Target, string? TargetOf, bool? Met)
{
    /// <summary>A cost: less is better. Compared with a peer, it should be at least <paramref name="ratioTarget"/> times better.</summary>
    public static Figure Cost(string name, string unit, double ours, double peer, string peerName, double? ratioTarget)
    {
        var ratio = peer / ours;
        return new Figure(name, unit, ours, peer, peerName, ratio, ratioTarget, ratioTarget is null ? null : "ratio", ratio >= ratioTarget ? true : ratioTarget is null ? null : false);
    }

    /// <summary>A value of ours alone that should not be above <paramref name="most"/>.</summary>
    public static Figure AtMost(string name, string unit, double ours, double most) =>
        new(name, unit, ours, null, null, null, most, "ours at most", ours <= most);

    /// <summary>A value of ours alone that should not be below <paramref name="least"/>.</summary>
    public static Figure AtLeast(string name, string unit, double ours, double least) =>
        new(name, unit, ours, null, null, null, least, "ours at least", ours >= least);

    /// <summary>A ratio to a peer, without values of its own: the geometric mean of a group.</summary>
    public static Figure Mean(string name, IReadOnlyCollection<double> ratios, string peerName, double? target)
    {
        var mean = Statistics.GeometricMean(ratios);
        return new Figure(name, "times", mean, 1, peerName, mean, target, target is null ? null : "ratio", target is null ? null : mean >= target);
    }

    /// <summary>A value that is reported and has no target.</summary>
    public static Figure Report(string name, string unit, double ours) => new(name, unit, ours, null, null, null, null, null, null);
}
