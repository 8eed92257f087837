// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>The calls of the C library that make and serve a pseudo-terminal, on Linux.</summary>
internal static unsafe partial class Pty
{
    private const int OpenReadWrite = 2;
    private const int OpenNoControllingTerminal = 0x100;
    private const int OpenNonBlocking = 0x800;
    private const int OpenCloseOnExec = 0x80000;
    private const int EventCloseOnExec = 0x80000;
    private const short PollIn = 1;
    private const short PollOut = 4;
    private const short PollErrorOrHangUp = 8 | 16;
    private const int PathBytes = 128;
    private const int TermiosBytes = 256; // struct termios has 60 on all our architectures

    /// <summary>Makes one, raw and not blocking.</summary>
    /// <exception cref="PeripheralException">The host refuses.</exception>
    public static (int Fd, string Path) Open(string owner)
    {
        var fd = posix_openpt(OpenReadWrite | OpenNoControllingTerminal | OpenNonBlocking | OpenCloseOnExec);
        if (fd < 0) throw Refused(owner);
        // SAFETY: both buffers live on this stack, and are as long as the calls are told or larger than they write.
        var path = stackalloc byte[PathBytes];
        var termios = stackalloc byte[TermiosBytes];
        if (grantpt(fd) == 0 && unlockpt(fd) == 0 && ptsname_r(fd, path, PathBytes) == 0 && tcgetattr(fd, termios) == 0)
        {
            cfmakeraw(termios);
            // A terminal that was never open does not count as hung up; one that was opened and closed does, and what is
            // written then is dropped instead of waited for.
            var terminal = tcsetattr(fd, 0, termios) == 0 ? open(path, OpenReadWrite | OpenNoControllingTerminal | OpenCloseOnExec) : -1;
            if (terminal >= 0)
            {
                Close(terminal);
                return (fd, Marshal.PtrToStringUTF8((nint)path)!);
            }
        }
        var refusal = Refused(owner);
        Close(fd);
        throw refusal;
    }

    /// <summary>Bytes read; 0 or less for none.</summary>
    public static int Read(int fd, Span<byte> buffer)
    {
        // SAFETY: the pointer is to the span's memory, pinned for the call, and the length is the span's.
        fixed (byte* start = buffer) return (int)read(fd, start, (nuint)buffer.Length);
    }

    /// <summary>Bytes written; 0 or less for none.</summary>
    public static int Write(int fd, ReadOnlySpan<byte> data)
    {
        // SAFETY: the pointer is to the span's memory, pinned for the call, and the length is the span's.
        fixed (byte* start = data) return (int)write(fd, start, (nuint)data.Length);
    }

    /// <summary>Waits until something can be written; what is ready then.</summary>
    public static short PollForWrite(int fd, int timeoutMs)
    {
        var request = new PollRequest { Fd = fd, Events = PollOut };
        // SAFETY: one request on this stack, and one is what the count says.
        return poll(&request, 1, timeoutMs) > 0 ? request.Ready : (short)0;
    }

    /// <summary>Waits until something can be read, or the event is signalled; what is ready then. A negative time waits without end.</summary>
    public static short PollForRead(int fd, int eventFd, int timeoutMs)
    {
        // SAFETY: two requests on this stack, and two is what the count says; poll ignores a negative descriptor.
        var requests = stackalloc PollRequest[2];
        requests[0] = new PollRequest { Fd = fd, Events = PollIn };
        requests[1] = new PollRequest { Fd = eventFd, Events = PollIn };
        return poll(requests, 2, timeoutMs) > 0 ? requests[0].Ready : (short)0;
    }

    /// <summary>Something that a poll can be woken with.</summary>
    /// <exception cref="PeripheralException">The host refuses.</exception>
    public static int NewEvent(string owner) => eventfd(0, EventCloseOnExec) is >= 0 and var fd ? fd : throw Refused(owner);

    public static void Signal(int eventFd)
    {
        var one = 1L;
        // SAFETY: eight bytes on this stack, which is what an event takes.
        _ = write(eventFd, (byte*)&one, sizeof(long));
    }

    public static bool IsReadable(short ready) => (ready & PollIn) != 0;

    public static bool IsHungUp(short ready) => (ready & PollErrorOrHangUp) != 0;

    public static void Close(int fd) => _ = close(fd);

    private static PeripheralException Refused(string owner) =>
        new($"{owner}: no pseudo-terminal: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Fd;
        public short Events;
        public short Ready;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_openpt(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int grantpt(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlockpt(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ptsname_r(int fd, byte* path, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetattr(int fd, byte* termios);

    [LibraryImport("libc")]
    private static partial void cfmakeraw(byte* termios);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcsetattr(int fd, int when, byte* termios);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int fd, byte* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int fd, byte* data, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollRequest* requests, nuint count, int timeoutMs);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int open(byte* path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint value, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int fd);
}
