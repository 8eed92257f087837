// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Cli;

/// <summary>The terminal in raw mode: no echo, no lines, no signals from keys. As before when disposed, or the process ends.</summary>
/// <remarks>termios(3). The C library's structure has 60 bytes on x86-64 and ARM64 Linux; there is room for larger ones.</remarks>
internal sealed partial class RawMode : IDisposable
{
    private const int StandardInput = 0;
    private const int Now = 0; // TCSANOW
    private const int RoomBytes = 256;
    private readonly byte[] _before;
    private int _left;

    private RawMode(byte[] before)
    {
        _before = before;
        AppDomain.CurrentDomain.ProcessExit += Leave;
    }

    /// <summary>Enters raw mode; null where standard input is not a terminal.</summary>
    public static RawMode? TryEnter()
    {
        var before = new byte[RoomBytes];
        if (tcgetattr(StandardInput, before) != 0) return null;
        var raw = (byte[])before.Clone();
        cfmakeraw(raw);
        return tcsetattr(StandardInput, Now, raw) == 0 ? new RawMode(before) : null;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= Leave;
        Leave(null, EventArgs.Empty);
    }

    private void Leave(object? sender, EventArgs e)
    {
        if (Interlocked.Exchange(ref _left, 1) == 0) _ = tcsetattr(StandardInput, Now, _before);
    }

    [LibraryImport("libc")]
    private static partial int tcgetattr(int descriptor, byte[] settings);

    [LibraryImport("libc")]
    private static partial int tcsetattr(int descriptor, int when, byte[] settings);

    [LibraryImport("libc")]
    private static partial void cfmakeraw(byte[] settings);
}
