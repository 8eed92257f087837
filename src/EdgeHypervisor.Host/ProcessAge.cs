// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Host;

/// <summary>How long ago this process was started. .NET's own <c>Process</c> takes 10 ms to say the same.</summary>
internal static unsafe partial class ProcessAge
{
    private const int BootTime = 7; // CLOCK_BOOTTIME; /proc/uptime tells it too, but the unit's ProcSubset=pid hides that
    private const int TicksPerSecond = 100;
    private const int StartTime = 22, FirstBehindName = 3; // fields of /proc/PID/stat, proc(5)

    public static TimeSpan Now()
    {
        TimeSpec sinceBoot;
        // SAFETY: one structure on this stack, which the call keeps no pointer to.
        _ = clock_gettime(BootTime, &sinceBoot);
        var stat = File.ReadAllText("/proc/self/stat");
        var started = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[StartTime - FirstBehindName];
        var seconds = sinceBoot.Seconds + (sinceBoot.Nanoseconds / 1e9) - (long.Parse(started, CultureInfo.InvariantCulture) / (double)TicksPerSecond);
        return TimeSpan.FromSeconds(Math.Max(0, seconds));
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, TimeSpec* time);
}
