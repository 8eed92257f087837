// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Cli;

/// <summary>Bytes to standard output, as they are. <see cref="Console"/>'s stream prepares a terminal for text first, which is a fiftieth of a short run.</summary>
/// <remarks>write(2), poll(2).</remarks>
internal static unsafe partial class StandardOutput
{
    private const int Descriptor = 1;
    private const int Interrupted = 4, TryAgain = 11; // EINTR, EAGAIN
    private const short CanWrite = 4; // POLLOUT

    /// <summary>Writes all of it; waits for a reader that is slower, also where somebody made the descriptor non-blocking.</summary>
    /// <exception cref="IOException">The disk is full, say, or the reader is gone.</exception>
    public static void Write(ReadOnlySpan<byte> data)
    {
        fixed (byte* bytes = data)
        {
            for (var done = 0; done < data.Length;)
            {
                var count = write(Descriptor, bytes + done, (nuint)(data.Length - done));
                if (count >= 0) done += (int)count;
                else if (Marshal.GetLastPInvokeError() is var error and not Interrupted) WaitOrThrow(error);
            }
        }
    }

    private static void WaitOrThrow(int error)
    {
        if (error != TryAgain) throw new IOException($"standard output: {Marshal.GetPInvokeErrorMessage(error)}");
        var wanted = new Poll { Descriptor = Descriptor, Events = CanWrite };
        _ = poll(&wanted, 1, -1);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, byte* data, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(Poll* descriptors, nuint count, int timeoutMs);

    private struct Poll
    {
        public int Descriptor;
        public short Events, Returned;
    }
}
