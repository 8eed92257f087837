// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>A serial port that also remembers the last of what was sent.</summary>
internal sealed class SimulatedSerialPort : ISerialPort, ISimulated, IImmediate
{
    private const int RememberedBytes = 4096;

    private readonly SimulatedSerialSettings _settings;
    private readonly ISerialEnd _end;
    private readonly IDisposable _claim;
    private readonly Lock _lock = new();
    private readonly byte[] _sent = new byte[RememberedBytes];
    private long _sentCount;
    private long _receivedCount;
    private SerialReceiver? _handler;

    public SimulatedSerialPort(SimulatedSerialSettings settings, ISerialEnd end, IDisposable claim)
    {
        (_settings, _end, _claim) = (settings, end, claim);
        _end.Received = Deliver;
    }

    public bool IsImmediate => _settings.End is SerialEnd.Null or SerialEnd.Loopback;

    public void Write(ReadOnlySpan<byte> data)
    {
        lock (_lock)
        {
            foreach (var value in data) _sent[_sentCount++ % RememberedBytes] = value;
        }
        _end.Write(data);
    }

    public void OnReceive(SerialReceiver handler) => Volatile.Write(ref _handler, handler);

    public IReadOnlyDictionary<string, string> Observe()
    {
        lock (_lock)
        {
            return new Dictionary<string, string>
            {
                ["at"] = _end.Place,
                ["connections"] = Outside.Format(_end.Connections),
                ["sent"] = Encoding.UTF8.GetString(LastSent()),
                ["sentBytes"] = Outside.Format(_sentCount),
                ["receivedBytes"] = Outside.Format(Interlocked.Read(ref _receivedCount)),
            };
        }
    }

    /// <summary><c>receive</c>: a text that comes in as if the other end had sent it.</summary>
    public void Change(string name, string value)
    {
        if (name != "receive") throw Outside.Unknown(_settings.Owner, name, "receive");
        Deliver(Encoding.UTF8.GetBytes(value));
    }

    public void Dispose()
    {
        _end.Dispose();
        _claim.Dispose();
    }

    private void Deliver(ReadOnlySpan<byte> data)
    {
        Interlocked.Add(ref _receivedCount, data.Length);
        Volatile.Read(ref _handler)?.Invoke(data);
    }

    private byte[] LastSent()
    {
        var length = (int)Math.Min(_sentCount, RememberedBytes);
        var last = new byte[length];
        for (var i = 0; i < length; i++) last[i] = _sent[(_sentCount - length + i) % RememberedBytes];
        return last;
    }
}
