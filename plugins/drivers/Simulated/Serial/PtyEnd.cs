// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>
/// The controlling side of a pseudo-terminal. A terminal program opens <see cref="Place"/> as it would a serial port, and may
/// come and go.
/// </summary>
/// <remarks>pty(7), posix_openpt(3). Raw: nothing is echoed or translated.</remarks>
internal sealed class PtyEnd : ISerialEnd
{
    private const int PollMs = 100;
    private const int PatienceMs = 1000;

    private readonly int _fd;
    private readonly string _link;
    private readonly Thread _reader;
    private volatile bool _isClosed;

    public PtyEnd(SimulatedSerialSettings settings)
    {
        _link = settings.Link;
        (_fd, Place) = Pty.Open(settings.Owner);
        try
        {
            if (_link.Length > 0) PutLink(settings.Owner);
        }
        catch
        {
            Pty.Close(_fd);
            throw;
        }
        _reader = new Thread(ReadUntilClosed) { IsBackground = true, Name = $"pty {Place}" };
        _reader.Start();
    }

    public SerialReceiver? Received { get; set; }

    public string Place { get; }

    // A terminal that is open but does not read is given a second; one that is not open gets what the kernel keeps for it.
    public void Write(ReadOnlySpan<byte> data)
    {
        var waitedMs = 0;
        while (!data.IsEmpty && !_isClosed && waitedMs < PatienceMs)
        {
            var written = Pty.Write(_fd, data);
            if (written > 0)
            {
                data = data[written..];
                continue;
            }
            if (Pty.IsHungUp(Pty.Poll(_fd, forWrite: true, PollMs))) return;
            waitedMs += PollMs;
        }
    }

    public void Dispose()
    {
        if (_isClosed) return;
        _isClosed = true;
        _reader.Join();
        Pty.Close(_fd);
        if (_link.Length > 0) File.Delete(_link);
    }

    private void ReadUntilClosed()
    {
        var buffer = new byte[1024];
        while (!_isClosed)
        {
            var ready = Pty.Poll(_fd, forWrite: false, PollMs);
            var length = Pty.IsReadable(ready) ? Pty.Read(_fd, buffer) : 0;
            if (length > 0) Received?.Invoke(buffer.AsSpan(0, length));
            else if (Pty.IsHungUp(ready)) Thread.Sleep(PollMs); // nobody there: poll would return at once
        }
    }

    private void PutLink(string owner)
    {
        try
        {
            if (new FileInfo(_link).LinkTarget is not null) File.Delete(_link); // one left behind
            File.CreateSymbolicLink(_link, Place);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new PeripheralException($"{owner}: cannot make the link {_link}: {problem.Message}", problem);
        }
    }
}
