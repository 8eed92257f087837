// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>
/// Acknowledges what was read at once: TCP_QUICKACK of tcp(7). mosquitto leaves Nagle's algorithm on, so the end of a message
/// waits at the broker until its beginning is acknowledged, and Linux delays that by up to 40 ms.
/// </summary>
internal static unsafe partial class QuickAck
{
    private const int Tcp = 6;
    private const int Option = 12;

    /// <summary>To be called after each read: the kernel takes the option back by itself.</summary>
    public static void After(int socket)
    {
        var on = 1;
        // SAFETY: four bytes of our own stack. A socket that is just being closed refuses, which changes nothing.
        if (OperatingSystem.IsLinux()) _ = SetOption(socket, Tcp, Option, &on, sizeof(int));
    }

    [LibraryImport("libc", EntryPoint = "setsockopt")]
    private static partial int SetOption(int socket, int level, int option, int* value, uint length);
}
