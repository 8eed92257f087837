// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>All lines of all chips, their names, and who has them.</summary>
internal static class GpioProbe
{
    public static void Look(LinuxHost host, Findings findings)
    {
        var chips = new List<GpioChip>();
        try
        {
            foreach (var path in GpioChips.Paths(host))
            {
                if (TryOpen(host, path, findings) is { } chip) chips.Add(chip);
            }
            foreach (var chip in chips) Look(chip, NameOf(chip, chips), findings);
        }
        finally
        {
            foreach (var chip in chips) chip.Dispose();
        }
    }

    private static GpioChip? TryOpen(LinuxHost host, string path, Findings findings)
    {
        try
        {
            return GpioChip.Open(host, "scan", path);
        }
        catch (PeripheralException problem)
        {
            findings.Remark(problem.Message);
            return null;
        }
    }

    // The label stays when the kernel numbers its chips anew; two chips of one label are told apart by their device files.
    private static string NameOf(GpioChip chip, List<GpioChip> all) =>
        chip.Label.Length > 0 && all.Count(other => other.Label == chip.Label) == 1 ? chip.Label : chip.Path;

    private static void Look(GpioChip chip, string name, Findings findings)
    {
        for (var offset = 0; offset < chip.LineCount; offset++)
        {
            if (chip.Describe(offset) is not { } info) continue;
            var line = GpioChip.TextOf(info.Name);
            findings.Add(line.Length > 0 ? line : $"{chip.Name}-{offset}", line, UserOf(info), ("chip", name), ("line", offset));
        }
    }

    private static string UserOf(in GpioUapi.LineInfo info)
    {
        if ((info.Flags & GpioUapi.Flags.Used) == 0) return "";
        return GpioChip.TextOf(info.Consumer) is { Length: > 0 } consumer ? consumer : "the kernel";
    }
}
