// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Numerics;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>The sums of checksum-chain with its default area, computed here as its README says.</summary>
internal static class Chain
{
    private const int Pages = 256, PageWords = 1024, StepsPerLine = 256;

    /// <summary>Checks lines from the first step on, none lost or repeated, every sum right.</summary>
    public static void AssertUnbroken(IReadOnlyList<string> console)
    {
        var lines = Lines(console);
        Assert.Equal(Enumerable.Range(1, lines.Length).Select(i => i * StepsPerLine), lines.Select(line => line.Step));
        AssertRight(console);
    }

    /// <summary>Checks that every line's sum is the one of its step.</summary>
    public static void AssertRight(IReadOnlyList<string> console)
    {
        var lines = Lines(console);
        Assert.NotEmpty(lines);
        var sums = Sums(lines.Max(line => line.Step));
        Assert.All(lines, line => Assert.Equal($"{sums[line.Step]:x}", line.Sum.TrimStart('0')));
    }

    // The last line may be one that is just being said.
    private static (int Step, string Sum)[] Lines(IReadOnlyList<string> console) =>
        [.. console.Select(line => line.Split(' ')).Where(words => words is ["step", _, "sum", { Length: 8 }]).Select(words => (int.Parse(words[1], CultureInfo.InvariantCulture), words[3]))];

    private static uint[] Sums(int steps)
    {
        var area = new uint[Pages * PageWords];
        var sums = new uint[steps + 1];
        var sum = 1u;
        for (var step = 0; step < steps; step++)
        {
            var page = area.AsSpan((int)(Mix((uint)step) % Pages) * PageWords, PageWords);
            for (var i = 0; i < PageWords; i++)
            {
                sum = unchecked(BitOperations.RotateLeft(sum, 5) + page[i] + (uint)i);
                page[i] = unchecked(sum * 0x9e37_79b1);
            }
            sums[step + 1] = sum;
        }
        return sums;
    }

    private static uint Mix(uint value)
    {
        value = unchecked((value ^ value >> 16) * 0x7feb_352d);
        value = unchecked((value ^ value >> 15) * 0x846c_a68b);
        return value ^ value >> 16;
    }
}
