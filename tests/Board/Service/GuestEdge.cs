// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.BoardTests;

/// <summary>An edge as the guest has seen it: <c>edge line 4 level 1 us 123456</c>.</summary>
/// <param name="Line">The guest's own number of the line.</param>
/// <param name="Level">The level after it.</param>
/// <param name="Microseconds">Guest time.</param>
internal readonly record struct GuestEdge(int Line, bool Level, long Microseconds)
{
    public static GuestEdge Parse(string text)
    {
        var words = text.Split(' ');
        return new GuestEdge(
            int.Parse(words[2], CultureInfo.InvariantCulture), words[4] == "1", long.Parse(words[6], CultureInfo.InvariantCulture));
    }
}
