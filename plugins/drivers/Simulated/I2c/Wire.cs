// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>The time that bits take on a wire: microseconds, where .NET's own waits know whole milliseconds.</summary>
internal static unsafe partial class Wire
{
    /// <summary>Blocks the calling thread for so long.</summary>
    public static void Take(int microseconds)
    {
        var left = new TimeSpec { Seconds = microseconds / 1_000_000, Nanoseconds = microseconds % 1_000_000 * 1000 };
        // SAFETY: one structure on this stack, which the call keeps no pointer to; a signal ends it with what is left written there.
        while (nanosleep(&left, &left) != 0)
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
    private static partial int nanosleep(TimeSpec* time, TimeSpec* left);
}
