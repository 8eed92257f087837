// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Cli;

/// <summary>Numbers as people like to read them.</summary>
internal static class Words
{
    private static readonly string[] ByteUnits = ["B", "KiB", "MiB", "GiB", "TiB"];
    private static readonly string[] CountUnits = ["", "k", "M", "G", "T"];

    /// <summary><c>4 MiB</c>, <c>1.5 KiB</c>.</summary>
    public static string Bytes(long bytes)
    {
        var (value, unit) = Scale(bytes, 1024);
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {ByteUnits[unit]}");
    }

    /// <summary><c>12.3M</c>.</summary>
    public static string Count(long count)
    {
        var (value, unit) = Scale(count, 1000);
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#}{CountUnits[unit]}");
    }

    /// <summary><c>3d 4h</c>, <c>5m 12s</c>, <c>12.3s</c>.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => $"{time.Days}d {time.Hours}h",
        { TotalHours: >= 1 } => $"{time.Hours}h {time.Minutes}m",
        { TotalMinutes: >= 1 } => $"{time.Minutes}m {time.Seconds}s",
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0}s"),
    };

    /// <summary><c>12 ms</c>, <c>0.8 ms</c>.</summary>
    public static string Milliseconds(double ms) =>
        string.Create(CultureInfo.InvariantCulture, $"{(ms < 10 ? Math.Round(ms, 1) : Math.Round(ms))} ms");

    /// <summary>Local time of today, or the date.</summary>
    public static string When(DateTimeOffset? at) =>
        at is not { } time ? "never" : time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static (double Value, int Unit) Scale(long number, int step)
    {
        double value = number;
        var unit = 0;
        while (value >= step && unit < ByteUnits.Length - 1)
        {
            value /= step;
            unit++;
        }
        return (value, unit);
    }
}
