// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cli;

/// <summary>
/// The terminal that <c>ehv</c> was started in, as a serial terminal for a guest: bytes go through unchanged, in both
/// directions, but for the escape Ctrl-A. Where input is not a terminal it is read as it is, without an escape.
/// </summary>
internal sealed class HostTerminal : ISerialLine
{
    private readonly RawMode? _raw;
    private readonly EscapeFilter _escape = new();
    private Action? _quit;

    private HostTerminal(RawMode? raw) => _raw = raw;

    /// <summary>Whether somebody sits in front of it.</summary>
    public bool IsInteractive => _raw is not null;

    /// <summary>Switches the terminal to raw mode until this is disposed.</summary>
    public static HostTerminal Open() => new(RawMode.TryEnter());

    /// <summary>What happens on Ctrl-A x.</summary>
    public void OnQuit(Action quit) => _quit = quit;

    /// <summary>Begins to read on a thread of its own: a read of a terminal cannot be cancelled.</summary>
    public void Start(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send, CancellationToken cancellation) =>
        new Thread(() => Read(send, cancellation)) { IsBackground = true, Name = "terminal input" }.Start();

    public void Write(ReadOnlySpan<byte> data) => StandardStreams.Write(data);

    public void Dispose() => _raw?.Dispose();

    private void Read(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send, CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        try
        {
            while (StandardStreams.Read(buffer) is var count and > 0)
            {
                var kept = IsInteractive ? _escape.Filter(buffer.AsSpan(0, count)) : count;
                if (kept > 0) send(buffer.AsMemory(0, kept), cancellation).AsTask().GetAwaiter().GetResult();
                if (_escape.IsQuitting) _quit?.Invoke();
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The other end is gone; whoever writes to the terminal notices too and ends.
        }
    }
}
