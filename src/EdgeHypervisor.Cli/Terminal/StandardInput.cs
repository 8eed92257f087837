// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Cli;

/// <summary>Bytes from standard input, as they are. <see cref="Console"/>'s stream would read lines of a terminal, and take it out of raw mode for it.</summary>
/// <remarks>read(2).</remarks>
internal static unsafe partial class StandardInput
{
    private const int Descriptor = 0;
    private const int Interrupted = 4; // EINTR

    /// <summary>Waits for some, and reads what there is.</summary>
    /// <returns>How much; 0 at the end.</returns>
    /// <exception cref="IOException">It was closed before we were started, say.</exception>
    public static int Read(Span<byte> data)
    {
        fixed (byte* bytes = data)
        {
            while (true)
            {
                var count = read(Descriptor, bytes, (nuint)data.Length);
                if (count >= 0) return (int)count;
                if (Marshal.GetLastPInvokeError() is var error and not Interrupted) throw new IOException($"standard input: {Marshal.GetPInvokeErrorMessage(error)}");
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int descriptor, byte* data, nuint count);
}
