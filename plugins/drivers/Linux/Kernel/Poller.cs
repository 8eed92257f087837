// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>
/// The one thread on which a board's drivers hear from the kernel: it sleeps in epoll_wait(2) until a line has an edge or a port has
/// bytes. Started when first needed.
/// </summary>
/// <remarks>
/// A handler may still be called once after it was removed; it checks under its own lock whether it is still there. It reads what
/// there is without waiting, and does not block. One that throws is not called again, and the board's log says so.
/// </remarks>
internal sealed unsafe partial class Poller : IDisposable
{
    private const int EventsAtOnce = 32;
    private const ulong Closing = 0;
    private const int ControlAdd = 1;
    private const int ControlDelete = 2;
    private const int Forever = -1;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, (int Fd, Action Handler)> _handlers = [];
    private readonly Action<string> _report;
    private readonly int _epoll;
    private readonly int _closing;
    private ulong _lastKey;
    private Thread? _thread;
    private bool _isClosed;

    public Poller(Action<string> report)
    {
        _report = report;
        _epoll = Checked(Libc.Result(epoll_create1(OpenFlags.CloseOnExec)));
        _closing = Checked(Libc.NewEvent());
        Control(ControlAdd, _closing, Closing);
    }

    /// <summary>The board's.</summary>
    public static Poller Of(IDriverContext context) => context.Share("linux.poller", () => new Poller(context.Report));

    /// <summary>Has a handler called whenever a descriptor can be read, or its other end is gone; gives the key to remove it with.</summary>
    public ulong Add(int fd, Action handler)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            var key = ++_lastKey;
            Control(ControlAdd, fd, key);
            _handlers.Add(key, (fd, handler));
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "linux drivers" };
                _thread.Start();
            }
            return key;
        }
    }

    /// <summary>Ends it; to be called before the descriptor is closed.</summary>
    public void Remove(int fd, ulong key)
    {
        lock (_lock)
        {
            if (_handlers.Remove(key) && !_isClosed) Control(ControlDelete, fd, key);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isClosed) return;
            _isClosed = true;
            _handlers.Clear();
        }
        Libc.Signal(_closing);
        if (_thread != Thread.CurrentThread) _thread?.Join();
        Libc.Close(_epoll);
        Libc.Close(_closing);
    }

    private void Run()
    {
        var layout = EpollEvent.Here;
        var events = stackalloc byte[EventsAtOnce * layout.LengthBytes];
        while (true)
        {
            // SAFETY: the room is for as many events as the call is told.
            var count = epoll_wait(_epoll, events, EventsAtOnce, Forever);
            for (var i = 0; i < count; i++)
            {
                var key = layout.KeyOf(new ReadOnlySpan<byte>(events + (i * layout.LengthBytes), layout.LengthBytes));
                if (key == Closing) return;
                Tell(key);
            }
        }
    }

    // A fault of who hears of it must not end this thread, and with it the service.
    private void Tell(ulong key)
    {
        var (fd, handler) = Find(key);
        try
        {
            handler?.Invoke();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            Remove(fd, key);
            _report($"who hears of a line or port failed, and hears no more: {fault}");
        }
    }

    private (int Fd, Action? Handler) Find(ulong key)
    {
        lock (_lock) return _handlers.TryGetValue(key, out var found) ? found : (-1, null);
    }

    private void Control(int operation, int fd, ulong key)
    {
        var layout = EpollEvent.Here;
        var memory = stackalloc byte[layout.LengthBytes];
        layout.Write(new Span<byte>(memory, layout.LengthBytes), EpollEvent.Readable, key);
        // SAFETY: the event lies on this stack and is as long as the kernel reads on this architecture.
        if (epoll_ctl(_epoll, operation, fd, memory) < 0) throw Refused(-Marshal.GetLastPInvokeError());
    }

    private static int Checked(int result) => result >= 0 ? result : throw Refused(result);

    private static PeripheralException Refused(int result) => new($"cannot wait for events of the kernel: {Errno.Message(result)}");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int fd, byte* request);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epoll, byte* events, int count, int timeoutMs);
}
