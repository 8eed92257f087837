// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Benchmarks;

/// <summary>Resident memory of this process, guest RAM apart. proc(5), <c>/proc/pid/smaps</c>.</summary>
/// <param name="HostKiB">Everything that is not guest RAM.</param>
/// <param name="GuestKiB">Pages of guest RAM that have been touched.</param>
internal readonly record struct ResidentMemory(long HostKiB, long GuestKiB)
{
    /// <summary>After a full collection, so that what is counted is in use.</summary>
    public static ResidentMemory Settled()
    {
        var guest = KiB("/proc/self/smaps", line => line.Contains(GuestMappingName, StringComparison.Ordinal)); // leaves much to collect
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        return new ResidentMemory(KiB("/proc/self/smaps_rollup", _ => true) - guest, guest);
    }

    private static long KiB(string file, Func<string, bool> isCounted)
    {
        long sum = 0;
        var counts = false;
        foreach (var line in File.ReadLines(file))
        {
            if (counts && line.StartsWith("Rss:", StringComparison.Ordinal))
                sum += long.Parse(line.AsSpan(4).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture);
            else if (line.Contains('-') && char.IsAsciiHexDigitLower(line[0]))
                counts = isCounted(line);
        }
        return sum;
    }

    private const string GuestMappingName = "memfd:guest";
}
