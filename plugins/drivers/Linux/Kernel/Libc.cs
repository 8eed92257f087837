// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Calls on open descriptors.</summary>
internal static unsafe partial class Libc
{
    private const int SetFlags = 4; // F_SETFL
    private const short PollOut = 4;
    private const int EventCloseOnExec = 0x80000;

    /// <summary>Bytes read, 0 at the end, or the error number, negative.</summary>
    public static int Read(int fd, Span<byte> buffer)
    {
        // SAFETY: the pointer is to the span's memory, pinned for the call, and the length is the span's.
        fixed (byte* start = buffer) return Result(read(fd, start, (nuint)buffer.Length));
    }

    /// <summary>Bytes written, or the error number, negative.</summary>
    public static int Write(int fd, ReadOnlySpan<byte> data)
    {
        // SAFETY: the pointer is to the span's memory, pinned for the call, and the length is the span's.
        fixed (byte* start = data) return Result(write(fd, start, (nuint)data.Length));
    }

    public static void SetNonBlocking(int fd) => _ = fcntl(fd, SetFlags, OpenFlags.NonBlocking);

    /// <summary>Waits until something can be written: whether it can, or the other end is gone.</summary>
    public static bool WaitToWrite(int fd, int timeoutMs)
    {
        var request = new PollRequest { Fd = fd, Events = PollOut };
        // SAFETY: one request on this stack, and one is what the count says.
        return poll(&request, 1, timeoutMs) > 0;
    }

    /// <summary>A counter that an epoll can be woken with, or the error number, negative.</summary>
    public static int NewEvent() => Result(eventfd(0, EventCloseOnExec | OpenFlags.NonBlocking));

    public static void Signal(int eventFd)
    {
        var one = 1L;
        // SAFETY: eight bytes on this stack, which is what an event takes.
        _ = write(eventFd, (byte*)&one, sizeof(long));
    }

    public static void Close(int fd) => _ = close(fd);

    internal static int Result(nint result) => result >= 0 ? (int)result : -Marshal.GetLastPInvokeError();

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Fd;
        public short Events;
        public short Ready;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int fd, byte* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int fd, byte* data, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollRequest* requests, nuint count, int timeoutMs);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint value, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int fd);
}
