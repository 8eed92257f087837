// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Benchmarks;

/// <summary>How long the threads of processes have been ready to run without a core. proc(5) and the kernel's sched-stats.txt: <c>/proc/pid/task/tid/schedstat</c>, second field.</summary>
internal static class CoreWait
{
    /// <summary>In milliseconds, of all threads that are there.</summary>
    public static double OfMs(params ReadOnlySpan<int> processes)
    {
        long sum = 0;
        foreach (var process in processes)
        {
            foreach (var task in Directory.GetDirectories($"/proc/{process}/task")) sum += OfNs(Path.Combine(task, "schedstat"));
        }
        return sum / 1e6;
    }

    // A thread that has just ended, or a kernel that does not count.
    private static long OfNs(string file)
    {
        try
        {
            return long.Parse(File.ReadAllText(file).Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
