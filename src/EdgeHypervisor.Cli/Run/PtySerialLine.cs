// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EdgeHypervisor.Cli;

/// <summary>A serial line as a pseudo-terminal, which any terminal program can open.</summary>
/// <remarks>pty(7). The other end is kept open here too: without that, reading fails whenever nobody has it open.</remarks>
internal sealed partial class PtySerialLine : ISerialLine
{
    private const int ReadWrite = 2; // O_RDWR
    private const int NoControllingTerminal = 0x100; // O_NOCTTY, on x86-64 and ARM64
    private const int Now = 0; // TCSANOW
    private const int TermiosRoomBytes = 256;
    private readonly FileStream _ours;
    private readonly SafeFileHandle _theirs;

    private PtySerialLine(SafeFileHandle ours, SafeFileHandle theirs, string path)
    {
        _ours = new FileStream(ours, FileAccess.ReadWrite, bufferSize: 0);
        _theirs = theirs;
        Path = path;
    }

    /// <summary>What others open: <c>/dev/pts/3</c>.</summary>
    public string Path { get; }

    public bool IsInteractive => false;

    public static PtySerialLine Open()
    {
        var ours = Check(posix_openpt(ReadWrite | NoControllingTerminal), "posix_openpt");
        var descriptor = ours.DangerousGetHandle().ToInt32();
        var name = new byte[128];
        if (grantpt(descriptor) != 0 || unlockpt(descriptor) != 0 || ptsname_r(descriptor, name, (nuint)name.Length) != 0)
            throw Failed("cannot be set up");
        var path = Encoding.UTF8.GetString(name.AsSpan(0, name.AsSpan().IndexOf((byte)0)));
        var theirs = Check(open(path, ReadWrite | NoControllingTerminal), path);
        MakeRaw(theirs.DangerousGetHandle().ToInt32());
        return new PtySerialLine(ours, theirs, path);
    }

    public void OnQuit(Action quit)
    {
    }

    public void Start(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send, CancellationToken cancellation) =>
        new Thread(() => Read(send, cancellation)) { IsBackground = true, Name = "pty input" }.Start();

    public void Write(ReadOnlySpan<byte> data) => _ours.Write(data);

    public void Dispose()
    {
        // The reading thread may be in read(2); the process ends soon, and with it the descriptor.
        _theirs.Dispose();
    }

    private void Read(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send, CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        try
        {
            while (_ours.Read(buffer) is var count and > 0)
                send(buffer.AsMemory(0, count), cancellation).AsTask().GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The machine has ended.
        }
    }

    private static void MakeRaw(int descriptor)
    {
        var settings = new byte[TermiosRoomBytes];
        if (tcgetattr(descriptor, settings) != 0) throw Failed("has no settings");
        cfmakeraw(settings);
        if (tcsetattr(descriptor, Now, settings) != 0) throw Failed("does not take raw mode");
    }

    private static SafeFileHandle Check(int descriptor, string what) =>
        descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failed($"cannot be opened ({what})");

    private static UserErrorException Failed(string problem) =>
        new($"--serial pty: a pseudo-terminal {problem}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_openpt(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int grantpt(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlockpt(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ptsname_r(int descriptor, byte[] name, nuint length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetattr(int descriptor, byte[] settings);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcsetattr(int descriptor, int when, byte[] settings);

    [LibraryImport("libc")]
    private static partial void cfmakeraw(byte[] settings);
}
