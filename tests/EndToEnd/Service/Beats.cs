// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>Beats of blinky-counter, from one board or several: none may be lost, repeated or wrong.</summary>
internal static partial class Beats
{
    private const int LongestLine = 100;
    private const uint Basis = 0x811c9dc5, Prime = 0x01000193; // FNV-1a, as firmware-images/blinky-counter/README.md says

    /// <summary>Checks an unbroken run, from beat 1 on unless the console has had so many that it keeps only the last ones.</summary>
    /// <returns>The last one's number.</returns>
    public static int AssertUnbroken(IReadOnlyCollection<string> console)
    {
        var beats = console.Where(line => Whole().IsMatch(line)).ToArray();
        var first = beats.Length == 0 || console.Sum(line => line.Length + 2) < VmConsole.OutputBytes - LongestLine ? 1 : NumberOf(beats[0]);
        var sum = Basis;
        var number = 0;
        while (number < first + beats.Length - 1)
        {
            number++;
            sum = (sum ^ (uint)number) * Prime;
            if (number >= first) Assert.Equal($"beat {number} level {number & 1} sum {sum:x8}", beats[number - first]);
        }
        return number;
    }

    // The last line may be one that is just being said.
    [System.Text.RegularExpressions.GeneratedRegex("^beat [0-9]+ level [01] sum [0-9a-f]{8}$")]
    private static partial System.Text.RegularExpressions.Regex Whole();

    /// <summary>Checks that a console goes on after so many beats. The beat that was half said when the guest stood still has its beginning elsewhere.</summary>
    public static void AssertGoesOn(int said, IEnumerable<string> console)
    {
        var first = console.First(line => line.StartsWith("beat ", StringComparison.Ordinal));
        Assert.InRange(NumberOf(first), said + 1, said + 2);
    }

    private static int NumberOf(string beat) => int.Parse(beat.Split(' ')[1], CultureInfo.InvariantCulture);
}
