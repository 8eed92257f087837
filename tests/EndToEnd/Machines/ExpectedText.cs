// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Text;

namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>What the sample guests print, computed from the promises in their READMEs and not from their code.</summary>
internal static class ExpectedText
{
    private const int PageWords = 1024;

    /// <summary>The lines of <c>blinky-counter</c> for beats 1 to <paramref name="beats"/>.</summary>
    public static string Beats(uint beats)
    {
        var text = new StringBuilder();
        var sum = 0x811c_9dc5u;
        for (var beat = 1u; beat <= beats; beat++)
        {
            sum = unchecked((sum ^ beat) * 0x0100_0193);
            text.Append($"beat {beat} level {beat & 1} sum {sum:x8}\r\n");
        }
        return text.ToString();
    }

    /// <summary>The lines of <c>checksum-chain</c>, one every <paramref name="stepsPerLine"/> steps.</summary>
    public static string Chain(int pages, uint stepsPerLine, uint lines)
    {
        var area = new uint[pages * PageWords];
        var text = new StringBuilder();
        var sum = 1u;
        for (var step = 0u; step < stepsPerLine * lines;)
        {
            var page = area.AsSpan((int)(Mix(step) % (uint)pages) * PageWords, PageWords);
            for (var i = 0; i < PageWords; i++)
            {
                sum = unchecked(BitOperations.RotateLeft(sum, 5) + page[i] + (uint)i);
                page[i] = unchecked(sum * 0x9e37_79b1);
            }
            if (++step % stepsPerLine == 0) text.Append($"step {step} sum {sum:x8}\r\n");
        }
        return text.ToString();
    }

    private static uint Mix(uint value)
    {
        unchecked
        {
            value = (value ^ value >> 16) * 0x7feb_352d;
            value = (value ^ value >> 15) * 0x846c_a68b;
            return value ^ value >> 16;
        }
    }
}
