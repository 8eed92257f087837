// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>
/// A serial port. When its other end is gone (an adapter pulled out, a terminal closed), sending is an error until it is back; it
/// is looked for every second.
/// </summary>
internal sealed unsafe class LinuxSerialPort : ISerialPort
{
    private const int ReadAtOnceBytes = 1024;
    private const int WaitStepMs = 100;
    private const int PatienceMs = 5000; // without a byte taken: then the line is held back for good

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly LinuxSerialSettings _settings;
    private readonly LinuxHost _host;
    private readonly IDriverContext _context;
    private readonly Lock _lock = new(); // whether and as what the port is open
    private readonly ITimer _look;
    private SerialReceiver? _handler;
    private int _fd = -1;
    private ulong _pollKey;
    private volatile bool _isClosed;

    public LinuxSerialPort(LinuxSerialSettings settings, LinuxHost host, IDriverContext context)
    {
        (_settings, _host, _context) = (settings, host, context);
        _fd = OpenPort();
        _look = context.Time.CreateTimer(_ => LookAgain(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (_lock) _pollKey = Poller.Of(context).Add(_fd, OnReadable);
    }

    public void OnReceive(SerialReceiver handler) => Volatile.Write(ref _handler, handler);

    public void Write(ReadOnlySpan<byte> data)
    {
        for (var waitedMs = 0; !data.IsEmpty && !_isClosed;)
        {
            var (written, fd) = WriteSome(data);
            if (written >= 0)
            {
                data = data[written..];
                waitedMs = 0;
                continue;
            }
            if (written != -Errno.TryAgain && written != -Errno.Interrupted) throw new PeripheralException($"{_settings.Owner}: {_settings.Path}: {Errno.Message(written)}");
            if (waitedMs >= PatienceMs) throw new PeripheralException($"{_settings.Owner}: {_settings.Path} has taken nothing for {PatienceMs} ms; is its flow control ({_settings.Flow}) right?");
            if (!Libc.WaitToWrite(fd, WaitStepMs)) waitedMs += WaitStepMs;
        }
    }

    public void Dispose()
    {
        if (_isClosed) return;
        _isClosed = true;
        _look.Dispose();
        lock (_lock) ClosePort();
    }

    private (int Written, int Fd) WriteSome(ReadOnlySpan<byte> data)
    {
        lock (_lock) return _fd < 0 ? (-Errno.NoDevice, _fd) : (Libc.Write(_fd, data), _fd);
    }

    private void OnReadable()
    {
        Span<byte> buffer = stackalloc byte[ReadAtOnceBytes];
        int length;
        lock (_lock)
        {
            if (_fd < 0) return;
            length = Libc.Read(_fd, buffer);
            if (length is -Errno.TryAgain or -Errno.Interrupted) return;
            if (length <= 0) HangUp(length);
        }
        if (length > 0) Volatile.Read(ref _handler)?.Invoke(buffer[..length]);
    }

    private void HangUp(int result)
    {
        ClosePort();
        _context.Report($"{_settings.Owner}: {_settings.Path} hung up{(result < 0 ? $": {Errno.Message(result)}" : "")}; it is looked for again");
        if (!_isClosed) _look.Change(LookInterval, LookInterval);
    }

    private void LookAgain()
    {
        lock (_lock)
        {
            if (_isClosed || _fd >= 0) return;
            try
            {
                _fd = OpenPort();
                _pollKey = Poller.Of(_context).Add(_fd, OnReadable);
            }
            catch (PeripheralException)
            {
                return; // not yet
            }
            _look.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private void ClosePort()
    {
        if (_fd < 0) return;
        Poller.Of(_context).Remove(_fd, _pollKey);
        _host.Kernel.Close(_fd);
        _fd = -1;
    }

    private int OpenPort()
    {
        var fd = _host.Open(_settings.Owner, _settings.Path, OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal | OpenFlags.NonBlocking);
        try
        {
            SetUp(fd);
            return fd;
        }
        catch
        {
            _host.Kernel.Close(fd);
            throw;
        }
    }

    private void SetUp(int fd)
    {
        Call(fd, TtyUapi.SetExclusive, null, "cannot be had for us alone");
        var settings = default(TtyUapi.Settings);
        Call(fd, TtyUapi.GetSettings, &settings, "is no serial port");
        _settings.Apply(ref settings);
        Call(fd, TtyUapi.SetSettings, &settings, "does not take these settings");
        Call(fd, TtyUapi.GetSettings, &settings, "is no serial port");
        if (!IsNear(settings.OutputSpeed, _settings.Baud))
            throw new PeripheralException($"{_settings.Owner}: {_settings.Path} cannot do {_settings.Baud} baud; the nearest is {settings.OutputSpeed}");
        if (_settings.Rs485 is { } rs485) Call(fd, TtyUapi.SetRs485, &rs485, "cannot do RS-485");
    }

    // A receiver samples in the middle of a bit: over ten bits, some three percent may be missing.
    private static bool IsNear(uint speed, uint wanted) => Math.Abs((long)speed - wanted) * 100 <= wanted * 3L;

    // SAFETY: whoever calls hands a structure of the length that the request's number says, or none.
    private void Call(int fd, uint request, void* argument, string problem)
    {
        if (_host.Kernel.Ioctl(fd, request, argument) is < 0 and var result)
            throw new PeripheralException($"{_settings.Owner}: {_settings.Path} {problem}: {Errno.Message(result)}");
    }
}
