// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Cli;

/// <summary>
/// Bytes from standard input and to standard output, as they are. <see cref="Console"/>'s streams prepare a terminal for text first, which is a fiftieth of a short run; and its
/// input would read lines, and take the terminal out of raw mode for it.
/// </summary>
/// <remarks>read(2), write(2), poll(2).</remarks>
internal static unsafe partial class StandardStreams
{
    private const int Input = 0, Output = 1;
    private const int Interrupted = 4, TryAgain = 11; // EINTR, EAGAIN
    private const short CanRead = 1, CanWrite = 4; // POLLIN, POLLOUT

    /// <summary>Waits for input, and reads what there is.</summary>
    /// <returns>How much; 0 at the end.</returns>
    /// <exception cref="IOException">It was closed before we were started, say.</exception>
    public static int Read(Span<byte> data)
    {
        fixed (byte* bytes = data)
        {
            while (true)
            {
                var count = read(Input, bytes, (nuint)data.Length);
                if (count >= 0) return (int)count;
                WaitOrThrow("standard input", Input, CanRead);
            }
        }
    }

    /// <summary>Writes all of it; waits for a reader that is slower.</summary>
    /// <exception cref="IOException">The disk is full, say, or the reader is gone.</exception>
    public static void Write(ReadOnlySpan<byte> data)
    {
        fixed (byte* bytes = data)
        {
            for (var done = 0; done < data.Length;)
            {
                var count = write(Output, bytes + done, (nuint)(data.Length - done));
                if (count >= 0) done += (int)count;
                else WaitOrThrow("standard output", Output, CanWrite);
            }
        }
    }

    // Whoever shares the terminal may have made it non-blocking.
    private static void WaitOrThrow(string stream, int descriptor, short events)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error == Interrupted) return;
        if (error != TryAgain) throw new IOException($"{stream}: {Marshal.GetPInvokeErrorMessage(error)}");
        var wanted = new Poll { Descriptor = descriptor, Events = events };
        _ = poll(&wanted, 1, -1);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int descriptor, byte* data, nuint count);

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
