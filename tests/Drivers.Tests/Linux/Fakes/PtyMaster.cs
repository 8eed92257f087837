// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Drivers.Simulated;

namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>The controlling side of a pseudo-terminal, as the other end of a serial port's wire.</summary>
internal sealed class PtyMaster : Stream
{
    private readonly int _fd;
    private readonly int _never;
    private bool _isClosed;

    public PtyMaster()
    {
        (_fd, Terminal) = Pty.Open("test");
        _never = Pty.NewEvent("test");
    }

    /// <summary>The device file of the serial port.</summary>
    public string Terminal { get; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            if (!Pty.IsReadable(Pty.PollForRead(_fd, _never, (int)Patience.Long.TotalMilliseconds))) throw new TimeoutException("nothing came");
            if (Pty.Read(_fd, buffer) is > 0 and var length) return length;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            if (Pty.PollForWrite(_fd, (int)Patience.Long.TotalMilliseconds) == 0) throw new TimeoutException("nothing was taken");
            data = data[Math.Max(0, Pty.Write(_fd, data))..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (_isClosed) return;
        _isClosed = true;
        Pty.Close(_fd);
        Pty.Close(_never);
        base.Dispose(disposing);
    }
}
