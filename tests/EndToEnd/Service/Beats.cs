// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>Beats of blinky-counter, from one board or several: none may be lost, repeated or wrong.</summary>
internal static partial class Beats
{
    private const uint Basis = 0x811c9dc5, Prime = 0x01000193; // FNV-1a, as firmware-images/blinky-counter/README.md says

    /// <summary>Checks an unbroken run from beat 1 on.</summary>
    /// <returns>How many there were.</returns>
    public static int AssertUnbroken(params IEnumerable<string>[] consoles)
    {
        var beats = consoles.SelectMany(lines => lines).Where(line => Whole().IsMatch(line)).ToArray();
        var sum = Basis;
        for (var i = 0; i < beats.Length; i++)
        {
            var number = (uint)i + 1;
            sum = (sum ^ number) * Prime;
            Assert.Equal($"beat {number} level {number & 1} sum {sum:x8}", beats[i]);
        }
        return beats.Length;
    }

    // The last line may be one that is just being said.
    [System.Text.RegularExpressions.GeneratedRegex("^beat [0-9]+ level [01] sum [0-9a-f]{8}$")]
    private static partial System.Text.RegularExpressions.Regex Whole();

    /// <summary>Checks that a console goes on after so many beats. The beat that was half said when the guest stood still has its beginning elsewhere.</summary>
    public static void AssertGoesOn(int said, IEnumerable<string> console)
    {
        var first = console.First(line => line.StartsWith("beat ", StringComparison.Ordinal));
        Assert.InRange(int.Parse(first.Split(' ')[1], CultureInfo.InvariantCulture), said + 1, said + 2);
    }
}
