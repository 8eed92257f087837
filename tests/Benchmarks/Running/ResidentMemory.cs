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
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        return Now();
    }

    private static ResidentMemory Now()
    {
        long host = 0, guest = 0;
        var isGuest = false;
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            if (line.StartsWith("Rss:", StringComparison.Ordinal))
            {
                var kib = long.Parse(line.AsSpan(4).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture);
                if (isGuest) guest += kib;
                else host += kib;
            }
            else if (line.Contains('-') && char.IsAsciiHexDigitLower(line[0]))
            {
                isGuest = line.Contains(GuestMappingName, StringComparison.Ordinal);
            }
        }
        return new ResidentMemory(host, guest);
    }

    private const string GuestMappingName = "memfd:guest";
}
