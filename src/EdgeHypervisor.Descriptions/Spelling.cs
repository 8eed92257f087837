// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>Finds what a misspelt name was probably meant to be.</summary>
public static class Spelling
{
    private const int LongestName = 64;

    /// <summary><c>did you mean 'gpio'? </c> (with the blank), or nothing when no name comes near.</summary>
    public static string Hint(string written, IEnumerable<string> known)
    {
        if (written.Length > LongestName) return "";
        var nearest = known.Select(name => (name, distance: Distance(Fold(written), Fold(name))))
            .OrderBy(candidate => candidate.distance)
            .FirstOrDefault();
        var tolerance = Math.Max(1, written.Length / 3);
        return nearest.name is not null && nearest.distance <= tolerance ? $"did you mean '{nearest.name}'? " : "";
    }

    private static string Fold(string name) =>
        name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    // The number of letters to insert, delete, replace, or swap with the next (F. J. Damerau, 1964), by rows.
    private static int Distance(string a, string b)
    {
        int[] before = [], last = [.. Enumerable.Range(0, b.Length + 1)];
        for (var i = 1; i <= a.Length; i++)
        {
            var row = new int[b.Length + 1];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(replace, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, last) = (last, row);
        }
        return last[b.Length];
    }
}
