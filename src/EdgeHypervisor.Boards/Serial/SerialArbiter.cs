// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>
/// Owns a serial port. One VM has it, or several share it: what comes reaches all of them, what they send goes out by whole
/// lines in turn. Sending may block, so it has a thread of its own.
/// </summary>
/// <remarks>
/// A line that was begun and does not go on (a prompt) keeps others waiting for <see cref="LinePatience"/>, one without an end
/// for <see cref="LongestLineBytes"/>.
/// </remarks>
internal sealed class SerialArbiter : IArbiter
{
    /// <summary>How long an unfinished line keeps the others waiting.</summary>
    public static readonly TimeSpan LinePatience = TimeSpan.FromMilliseconds(100);

    /// <summary>A line that gets longer is broken, when others wait.</summary>
    public const int LongestLineBytes = 512;

    private static readonly TimeSpan DisposePatience = TimeSpan.FromSeconds(1);

    private readonly ISerialPort _port;
    private readonly IImmediate? _immediate;
    private readonly string _name;
    private readonly Action<string> _report;
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly List<SerialBinding> _senders = []; // those with something to send, in turn
    private readonly ITimer _linePatience;
    private volatile SerialBinding[] _listeners = [];
    private SerialBinding? _inLine; // whose line is unfinished
    private int _lineBytes;
    private Thread? _worker;
    private volatile bool _isClosed;

    public SerialArbiter(ISerialPort port, string name, PeripheralCounters counters, TimeProvider time, Action<string> report)
    {
        (_port, _immediate, _name, Counters, _report) = (port, port as IImmediate, name, counters, report);
        _linePatience = time.CreateTimer(_ => BreakLine(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        port.OnReceive(Receive);
    }

    public PeripheralCounters Counters { get; }

    public IBinding Bind(PortMapping mapping, PortOwner owner) => new SerialBinding(mapping, this, owner);

    /// <summary>A VM runs: what comes is its too from now on, also while it pauses.</summary>
    public void Use(SerialBinding user)
    {
        lock (_lock)
        {
            var isShared = user.Mapping.Access == AccessPolicy.Shared;
            _listeners = isShared ? [.. _listeners.Where(other => other != user), user] : [user];
        }
    }

    public void Leave(SerialBinding user)
    {
        lock (_lock)
        {
            _listeners = [.. _listeners.Where(other => other != user)];
            if (_inLine == user) _inLine = null;
            _wake.Set();
        }
    }

    /// <summary>Begins to send what a user has; called once until it has been told that there is no more.</summary>
    public void SendSoon(SerialBinding user)
    {
        if (user.Mapping.Access != AccessPolicy.Shared && (_immediate?.IsImmediate ?? false))
        {
            Span<byte> chunk = stackalloc byte[LongestLineBytes];
            while (user.TakeToSend(chunk) is > 0 and var count) Write(chunk[..count]);
            return;
        }
        lock (_lock)
        {
            _senders.Add(user);
            if (_worker is null && !_isClosed)
            {
                _worker = new Thread(Work) { IsBackground = true, Name = _name };
                _worker.Start();
            }
        }
        _wake.Set();
    }

    public void Dispose()
    {
        _isClosed = true;
        _wake.Set();
        _worker?.Join(DisposePatience);
        _linePatience.Dispose();
        _port.Dispose();
    }

    private void Work()
    {
        Span<byte> line = stackalloc byte[LongestLineBytes];
        while (!_isClosed)
        {
            if (TakeTurn() is not { } user) _wake.WaitOne();
            else if (user.TakeToSend(line) is > 0 and var count) SendPart(user, line[..count]);
            else lock (_lock) _senders.Remove(user); // it says when it has more
        }
    }

    private void SendPart(SerialBinding user, ReadOnlySpan<byte> part)
    {
        Write(part);
        lock (_lock)
        {
            _lineBytes = _inLine == user ? _lineBytes + part.Length : part.Length;
            _inLine = part[^1] == '\n' || _lineBytes >= LongestLineBytes ? null : user;
            if (_inLine is not null) return;
            _senders.Remove(user); // behind the others
            _senders.Add(user);
        }
    }

    // Who may send now: who has begun a line, else the first in turn.
    private SerialBinding? TakeTurn()
    {
        lock (_lock)
        {
            if (_inLine is null || _senders.Contains(_inLine)) return _inLine ?? _senders.FirstOrDefault();
            if (_senders.Count > 0) _linePatience.Change(LinePatience, Timeout.InfiniteTimeSpan);
            return null;
        }
    }

    private void BreakLine()
    {
        lock (_lock)
        {
            if (_inLine is not null && !_senders.Contains(_inLine)) _inLine = null;
        }
        _wake.Set();
    }

    private void Write(ReadOnlySpan<byte> data)
    {
        try
        {
            _port.Write(data);
            Counters.AddBytes(data.Length);
        }
        catch (PeripheralException problem)
        {
            Counters.AddError();
            _report(problem.Message);
        }
    }

    private void Receive(ReadOnlySpan<byte> data)
    {
        Counters.AddBytes(data.Length);
        foreach (var listener in _listeners) listener.Receive(data);
    }
}
