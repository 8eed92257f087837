// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.BoardTests;

/// <summary>What the service tells of its pins, and how tightly its unit is shut.</summary>
public sealed class FiguresTests
{
    [Fact]
    public async Task The_metrics_count_what_happens_at_each_pin_and_bus()
    {
        await using var guest = await Guest.StartAsync("counted", "gpio0/3: relay1", "i2c0: { to: [bme280], access: shared }");
        await guest.DoAsync("out 3 0");
        await guest.DoAsync("i2c read 0x76 0xd0 1"); // whether somebody is at the address is asked once, by a transaction of its own
        var (changes, transactions) = (await MetricAsync("changes", "relay1"), await MetricAsync("transactions", "bme280"));
        await guest.DoAsync("toggle 3 100");
        await guest.DoAsync("i2c repeat 0x76 0xd0 7");
        Assert.Equal(changes + 100, await MetricAsync("changes", "relay1"));
        Assert.Equal(transactions + 7, await MetricAsync("transactions", "bme280"));
    }

    [Fact]
    public async Task The_command_shows_the_busiest_first()
    {
        await using var guest = await Guest.StartAsync("shown", "gpio0/3: relay1");
        var top = await Command.RunAsync("ehv", "board", "top", "--looks", "1");
        Assert.Contains("CHANGES/s", top, StringComparison.Ordinal);
        Assert.Contains("shown:gpio0/3", top, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_unit_is_shut_as_far_as_translating_guests_allows()
    {
        var report = await Command.RunAsync("systemd-analyze", "security", "--no-pager", Systemd.Unit);
        var words = report.Split('\n').Last(line => line.Contains("Overall exposure", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var exposure = words.Select(word => double.TryParse(word, CultureInfo.InvariantCulture, out var value) ? value : -1).First(value => value >= 0);
        Console.WriteLine($"        systemd-analyze security: {exposure.ToString(CultureInfo.InvariantCulture)}");
        Assert.True(exposure <= 2.5, report);
    }

    private static async Task<double> MetricAsync(string counter, string role)
    {
        var start = $"ehv_peripheral_{counter}_total{{role=\"{role}\"}} ";
        var line = (await Service.MetricsAsync()).Split('\n').Single(line => line.StartsWith(start, StringComparison.Ordinal));
        return double.Parse(line[start.Length..], CultureInfo.InvariantCulture);
    }
}
