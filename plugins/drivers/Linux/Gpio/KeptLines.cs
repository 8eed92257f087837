// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Tells whether a descriptor that was kept over a restart is the one of certain lines.</summary>
internal static class KeptLines
{
    private const string ChipField = "gpio-chip:";
    private const string LineField = "gpio-line:";

    /// <summary>The name to keep them under, which says what they are.</summary>
    public static string NameOf(GpioChip chip, int[] offsets)
    {
        var label = chip.Label.Length > 0 ? chip.Label : chip.Name;
        var plain = string.Concat(label.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_'));
        return $"gpio/{plain}/{string.Join(',', offsets.Select(offset => offset.ToString(CultureInfo.InvariantCulture)))}";
    }

    /// <summary>The kernel says of a descriptor which lines it is for (since 5.18); before, the lines' consumer has to do.</summary>
    public static bool Are(LinuxHost host, GpioChip chip, int[] offsets, string consumer, int fd)
    {
        var about = (host.Read($"/proc/self/fdinfo/{fd}") ?? "").Split('\n');
        var lines = Values(about, LineField);
        if (lines.Count > 0) return Values(about, ChipField).Contains(chip.Name) && lines.SequenceEqual(offsets.Select(offset => offset.ToString(CultureInfo.InvariantCulture)));
        return offsets.All(offset => chip.Describe(offset) is { } info
            && (info.Flags & GpioUapi.Flags.Used) != 0 && GpioChip.TextOf(info.Consumer) == GpioChip.Shortened(consumer));
    }

    private static List<string> Values(string[] about, string field) =>
        [.. about.Where(line => line.StartsWith(field, StringComparison.Ordinal)).Select(line => line[field.Length..].Trim())];
}
