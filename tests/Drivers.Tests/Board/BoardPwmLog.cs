// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>What the board's PWM chip was last told, as its log says: <c>pwm 0 period 20000 duty 5000 normal on</c>.</summary>
internal static partial class BoardPwmLog
{
    public static PwmSetting Last(BoardPlace place)
    {
        var line = File.ReadLines(place["log"]).Last(text => text.StartsWith($"pwm {place["channel"]} ", StringComparison.Ordinal));
        var match = Line().Match(line);
        Assert.True(match.Success, line);
        return new PwmSetting(Number(match.Groups[1]), Number(match.Groups[2]), match.Groups[4].Value == "on", match.Groups[3].Value == "inversed");
    }

    private static long Number(Group group) => long.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex("period ([0-9]+) duty ([0-9]+) ([a-z]+) ([a-z]+)$")]
    private static partial Regex Line();
}
