// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>A serial port as a stream.</summary>
internal sealed class SerialStream : Stream
{
    private readonly ISerialPort _port;
    private readonly BlockingCollection<byte> _received = [];

    public SerialStream(ISerialPort port)
    {
        _port = port;
        port.OnReceive(data =>
        {
            foreach (var value in data) _received.Add(value);
        });
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (count == 0) return 0;
        if (!_received.TryTake(out var value, Patience.Long)) throw new TimeoutException("nothing came");
        buffer[offset] = value;
        return 1;
    }

    public override void Write(byte[] buffer, int offset, int count) => _port.Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _port.Dispose();
        base.Dispose(disposing);
    }
}
