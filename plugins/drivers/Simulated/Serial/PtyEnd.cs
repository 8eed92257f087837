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
    private const int AbsenceMs = 250; // how often to look whether a terminal has come
    private const int PatienceMs = 1000;
    private const int Forever = -1;
    private const int NoFile = -1;

    private readonly int _fd;
    private readonly int _closing;
    private readonly string _link;
    private readonly Thread _reader;
    private volatile bool _isClosed;
    private bool _isStalled; // a terminal is open and does not read

    public PtyEnd(SimulatedSerialSettings settings)
    {
        _link = settings.Link;
        (_fd, Place) = Pty.Open(settings.Owner);
        try
        {
            _closing = Pty.NewEvent(settings.Owner);
            if (_link.Length > 0) PutLink(settings.Owner);
        }
        catch
        {
            Pty.Close(_fd);
            if (_closing > 0) Pty.Close(_closing);
            throw;
        }
        _reader = new Thread(ReadUntilClosed) { IsBackground = true, Name = $"pty {Place}" };
        _reader.Start();
    }

    public SerialReceiver? Received { get; set; }

    public string Place { get; }

    // A terminal that is open but does not read is given a second, once; one that is not open, no time.
    public void Write(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty && !_isClosed)
        {
            var written = Pty.Write(_fd, data);
            if (written > 0)
            {
                data = data[written..];
                _isStalled = false;
                continue;
            }
            var ready = Pty.PollForWrite(_fd, _isStalled ? 0 : PatienceMs);
            if (Pty.IsHungUp(ready)) return;
            _isStalled = ready == 0;
            if (_isStalled) return;
        }
    }

    public void Dispose()
    {
        if (_isClosed) return;
        _isClosed = true;
        Pty.Signal(_closing);
        _reader.Join();
        Pty.Close(_fd);
        Pty.Close(_closing);
        if (_link.Length > 0) File.Delete(_link);
    }

    private void ReadUntilClosed()
    {
        var buffer = new byte[1024];
        while (!_isClosed)
        {
            var ready = Pty.PollForRead(_fd, _closing, Forever);
            var length = Pty.IsReadable(ready) ? Pty.Read(_fd, buffer) : 0;
            if (length > 0) Received?.Invoke(buffer.AsSpan(0, length));
            else if (Pty.IsHungUp(ready)) Pty.PollForRead(NoFile, _closing, AbsenceMs); // nobody there: poll returns at once
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
