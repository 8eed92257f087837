// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Finds chips and lines by what a board file calls them.</summary>
internal static class GpioChips
{
    private const string Prefix = "gpiochip";

    /// <summary>The device files of all chips.</summary>
    public static IEnumerable<string> Paths(LinuxHost host) =>
        host.List("/dev").Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => $"/dev/{name}");

    /// <summary>Opens the chip with a label, a name (<c>gpiochip0</c>), a number or a device file; and finds the line by offset or name.</summary>
    /// <exception cref="PeripheralException">There is none, or more than one.</exception>
    public static (GpioChip Chip, int Offset) Find(LinuxHost host, LinuxGpioSettings settings)
    {
        var found = Matching(host, settings);
        if (found.Count == 1) return found[0];
        foreach (var (chip, _) in found) chip.Dispose();
        throw new PeripheralException(found.Count == 0
            ? $"{settings.Owner}: {Missing(host, settings)}"
            : $"{settings.Owner}: {string.Join(" and ", found.Select(place => $"{place.Chip}"))} both fit; name the chip by its device file");
    }

    private static List<(GpioChip Chip, int Offset)> Matching(LinuxHost host, LinuxGpioSettings settings)
    {
        if (settings.Chip is { } named && named.StartsWith('/')) return Matching(host, settings, [named], GpioChip.Open);
        return Matching(host, settings, Paths(host), TryOpen); // another chip that we may not open is in nobody's way
    }

    private static List<(GpioChip Chip, int Offset)> Matching(
        LinuxHost host, LinuxGpioSettings settings, IEnumerable<string> paths, Func<LinuxHost, string, string, GpioChip?> open)
    {
        var found = new List<(GpioChip, int)>();
        foreach (var path in paths)
        {
            if (open(host, settings.Owner, path) is not { } chip) continue;
            if (IsMeant(chip, settings) && OffsetOf(chip, settings) is { } offset) found.Add((chip, offset));
            else chip.Dispose();
        }
        return found;
    }

    private static GpioChip? TryOpen(LinuxHost host, string owner, string path)
    {
        try
        {
            return GpioChip.Open(host, owner, path);
        }
        catch (PeripheralException)
        {
            return null;
        }
    }

    private static bool IsMeant(GpioChip chip, LinuxGpioSettings settings) =>
        settings.Chip is not { } name || name.StartsWith('/') || name == chip.Label || name == chip.Name || Prefix + name == chip.Name;

    private static int? OffsetOf(GpioChip chip, LinuxGpioSettings settings)
    {
        if (settings.Offset is { } offset) return offset < chip.LineCount ? offset : null;
        for (var line = 0; line < chip.LineCount; line++)
        {
            if (chip.Describe(line) is { } info && GpioChip.TextOf(info.Name) == settings.Line) return line;
        }
        return null;
    }

    private static string Missing(LinuxHost host, LinuxGpioSettings settings)
    {
        var chips = new List<string>();
        foreach (var path in Paths(host))
        {
            using var chip = GpioChip.Open(host, settings.Owner, path);
            chips.Add(string.Create(CultureInfo.InvariantCulture, $"{chip} ({chip.LineCount} lines)"));
        }
        var where = settings.Chip is { } name ? $"chip '{name}' is not there or has no line '{settings.Line}'" : $"no chip has a line '{settings.Line}'";
        return $"{where}; there {(chips.Count == 0 ? "are no chips" : $"is {string.Join(", ", chips)}")}";
    }
}
