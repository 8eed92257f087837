// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>Beats of blinky-counter, from one board or several: none may be lost, repeated or wrong.</summary>
internal static class Beats
{
    private const uint Basis = 0x811c9dc5, Prime = 0x01000193; // FNV-1a, as firmware-images/blinky-counter/README.md says

    /// <summary>Checks an unbroken run from beat 1 on.</summary>
    /// <returns>How many there were.</returns>
    public static int AssertUnbroken(params IEnumerable<string>[] consoles)
    {
        var beats = consoles.SelectMany(lines => lines).Where(line => line.StartsWith("beat ", StringComparison.Ordinal) && line.Split(' ') is { Length: 6 }).ToArray();
        var sum = Basis;
        for (var i = 0; i < beats.Length; i++)
        {
            var number = (uint)i + 1;
            sum = (sum ^ number) * Prime;
            Assert.Equal($"beat {number} level {number & 1} sum {sum:x8}", beats[i]);
        }
        return beats.Length;
    }
}
