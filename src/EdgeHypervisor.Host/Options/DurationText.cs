// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Host;

/// <summary>Times as people write them: <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>2h</c>.</summary>
internal static class DurationText
{
    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits is <= 0 or > 9) return false;
        foreach (var (unit, seconds) in Units)
        {
            if (!text.AsSpan(digits).SequenceEqual(unit)) continue;
            duration = TimeSpan.FromSeconds(long.Parse(text.AsSpan(0, digits), CultureInfo.InvariantCulture) * seconds);
            return true;
        }
        return false;
    }
}
