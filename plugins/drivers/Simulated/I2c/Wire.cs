// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>The time that bits take on a wire: microseconds, where .NET's own waits know whole milliseconds.</summary>
internal static unsafe partial class Wire
{
    private const int Monotonic = 1, UntilTime = 1, Interrupted = 4; // CLOCK_MONOTONIC, TIMER_ABSTIME, EINTR
    private const long NsPerSecond = 1_000_000_000;

    /// <summary>Blocks the calling thread for so long.</summary>
    public static void Take(int microseconds)
    {
        TimeSpec until;
        // SAFETY: here and below one structure on this stack, which the calls keep no pointer to.
        _ = clock_gettime(Monotonic, &until);
        var ns = until.Nanoseconds + (microseconds * 1000L);
        (until.Seconds, until.Nanoseconds) = (until.Seconds + (nint)(ns / NsPerSecond), (nint)(ns % NsPerSecond));
        while (clock_nanosleep(Monotonic, UntilTime, &until, null) == Interrupted)
        {
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, TimeSpec* time);

    [LibraryImport("libc")]
    private static partial int clock_nanosleep(int clock, int flags, TimeSpec* until, TimeSpec* left);
}
