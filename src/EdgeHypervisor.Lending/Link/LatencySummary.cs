// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Lending;

/// <summary>How long it takes to another board and back, as measured.</summary>
/// <param name="Median">Half of the round trips are shorter.</param>
/// <param name="P99">99 of 100 are shorter.</param>
/// <param name="Count">How many were measured.</param>
public sealed record LatencySummary(TimeSpan Median, TimeSpan P99, long Count)
{
    /// <summary>The class, by the slowest in a hundred.</summary>
    public LatencyClass Class => P99.TotalMilliseconds switch
    {
        < 1 => LatencyClass.SubMillisecond,
        < 10 => LatencyClass.Milliseconds,
        < 100 => LatencyClass.TensOfMilliseconds,
        _ => LatencyClass.Slow,
    };

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"round trip {Median.TotalMilliseconds:0.00} ms p50, {P99.TotalMilliseconds:0.00} ms p99 of {Count}: {Abstractions.Quantity.ToKebabCase(Class.ToString())}");
}
