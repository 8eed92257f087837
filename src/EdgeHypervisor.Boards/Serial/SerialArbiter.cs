// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>Owns a serial port and gives it to one VM at a time. Sending may block, so it has a thread of its own.</summary>
internal sealed class SerialArbiter : IArbiter
{
    private const int ChunkBytes = 512;
    private static readonly TimeSpan DisposePatience = TimeSpan.FromSeconds(1);

    private readonly ISerialPort _port;
    private readonly IImmediate? _immediate;
    private readonly string _name;
    private readonly Action<string> _report;
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private volatile SerialBinding? _user;
    private SerialBinding? _sender;
    private Thread? _worker;
    private volatile bool _isClosed;

    public SerialArbiter(ISerialPort port, string name, PeripheralCounters counters, Action<string> report)
    {
        (_port, _immediate, _name, Counters, _report) = (port, port as IImmediate, name, counters, report);
        port.OnReceive(Receive);
    }

    public PeripheralCounters Counters { get; }

    public IBinding Bind(PortMapping mapping, PortOwner owner) => new SerialBinding(mapping, this, owner);

    /// <summary>A VM runs: what comes is its own from now on, also while it pauses.</summary>
    public void Use(SerialBinding user) => _user = user;

    public void Leave(SerialBinding user) => Interlocked.CompareExchange(ref _user, null, user);

    /// <summary>Begins to send what a user has; called once until it has been told that there is no more.</summary>
    public void SendSoon(SerialBinding user)
    {
        if (_immediate?.IsImmediate ?? false)
        {
            SendAll(user);
            return;
        }
        lock (_lock)
        {
            _sender = user;
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
        _port.Dispose();
    }

    private void Work()
    {
        while (!_isClosed)
        {
            _wake.WaitOne();
            SerialBinding? sender;
            lock (_lock) (sender, _sender) = (_sender, null);
            if (sender is not null) SendAll(sender);
        }
    }

    private void SendAll(SerialBinding user)
    {
        Span<byte> chunk = stackalloc byte[ChunkBytes];
        while (user.TakeToSend(chunk) is > 0 and var count) Write(chunk[..count]);
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
        _user?.Receive(data);
    }
}
