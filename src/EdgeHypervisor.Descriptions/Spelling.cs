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

    // The number of letters to insert, delete or replace (V. Levenshtein, 1965), by rows.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replace, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
