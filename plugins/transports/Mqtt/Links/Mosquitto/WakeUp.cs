// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>
/// Waits for a socket and can be called from any thread to stop waiting: poll(2) with an eventfd(2). Unlike select(2), which
/// the library's own loop uses, it knows descriptors above 1,023.
/// </summary>
internal sealed unsafe partial class WakeUp : IDisposable
{
    private const short In = 0x1;
    private const short Out = 0x4;
    private const short Error = 0x8;
    private const short HangUp = 0x10;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;

    private readonly Lock _lock = new();
    private readonly int _event;
    private bool _closed;

    public WakeUp()
    {
        _event = EventFd(0, CloseOnExec | NonBlocking);
        if (_event < 0) throw new IOException($"eventfd: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Ends a wait that is going on, or the next one.</summary>
    public void Set()
    {
        lock (_lock)
        {
            var one = 1UL;
            // SAFETY: eight bytes of our own stack.
            if (!_closed) _ = Write(_event, (byte*)&one, sizeof(ulong));
        }
    }

    /// <summary>Waits until the socket can do what is asked, somebody calls, or the time is up.</summary>
    /// <returns>What the socket can do; after a hang-up or error both, so that whoever tries finds out.</returns>
    public (bool Readable, bool Writable) Wait(int socket, bool reading, bool writing, int timeoutMs)
    {
        var entries = stackalloc PollEntry[2];
        entries[0] = new PollEntry { Descriptor = socket, Events = (short)((reading ? In : 0) | (writing ? Out : 0)), Returned = 0 };
        entries[1] = new PollEntry { Descriptor = _event, Events = In, Returned = 0 };
        // SAFETY: two entries on our own stack.
        if (Poll(entries, 2, timeoutMs) <= 0) return default;
        if (entries[1].Returned != 0) Clear();
        var failed = (entries[0].Returned & (Error | HangUp)) != 0;
        return (failed || (entries[0].Returned & In) != 0, failed || (entries[0].Returned & Out) != 0);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (!_closed) _ = Close(_event);
            _closed = true;
        }
    }

    private void Clear()
    {
        ulong count;
        // SAFETY: eight bytes of our own stack.
        _ = Read(_event, (byte*)&count, sizeof(ulong));
    }

    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollEntry* entries, nuint count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, byte* data, nuint length);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, byte* data, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
