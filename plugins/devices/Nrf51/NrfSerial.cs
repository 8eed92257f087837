// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Nrf51;

/// <summary>
/// A serial block that is an I2C controller (TWI) or an SPI master, as ENABLE says. The I2C bus is the device's own port, the
/// SPI bus its chip select 0: the chip itself selects by a GPIO that the firmware drives, so the port is selected from the first
/// byte until the block is disabled.
/// </summary>
/// <remarks>
/// nRF51 Series Reference Manual v3.0, chapters 25 (SPI) and 28 (TWI). Bytes take the time of FREQUENCY. Not modelled: the SPI
/// slave, pin selection (the ports are where the description says), receive overrun of SPI.
/// </remarks>
internal sealed class NrfSerial : NrfPeripheral
{
    private const uint ModeSpi = 1, ModeTwi = 5;
    private const uint BoundarySuspends = 1, BoundaryStops = 2;
    private const uint AddressRefused = 2, DataRefused = 4;

    private enum Phase : uint { Idle, Addressing, Sending, Receiving, Stopping }

    private readonly I2cByteBridge _i2c;
    private readonly SpiFrameBridge _spi;
    private readonly Event _stopped, _ready, _sent, _error, _boundary, _suspended;
    private readonly DeviceRegister _shorts, _errorSource, _enable, _frequency, _configuration, _address;
    private readonly DeviceRegister _phase, _reading, _stopWanted, _waits, _outgoing, _hasOutgoing, _incoming;
    private readonly SavedTimer _byteTime;
    private readonly ByteFifo _spiReceived;

    public NrfSerial(IDeviceContext context) : base(context)
    {
        _i2c = new I2cByteBridge(context.I2c(), Clock) { ReadAheadBytes = 8, ProbesAfterWrite = true, Completed = OnI2c };
        _spi = new SpiFrameBridge([context.Spi(0)], Clock) { Completed = OnSpi };
        Map.Include("i2c", _i2c);
        Map.Include("spi", _spi);
        _spiReceived = Map.Include("spiReceived", new ByteFifo(2));
        _byteTime = Map.Include("byteTime", new SavedTimer(Clock, OnByteTime));
        (_phase, _reading) = (Map.Hidden("phase", bits: 7), Map.Hidden("reading", bits: 1));
        _stopWanted = Map.Hidden("stopWanted", bits: 1);
        (_waits, _incoming) = (Map.Hidden("waits", bits: 1), Map.Hidden("incoming", bits: 0x3FF));
        (_outgoing, _hasOutgoing) = (Map.Hidden("outgoing", bits: 0xFF), Map.Hidden("hasOutgoing", bits: 1));
        AddTask(0x00, () => Begin(reading: true));
        AddTask(0x08, () => Begin(reading: false));
        AddTask(0x14, Stop);
        AddTask(0x1C, () => _waits.Value = 1);
        AddTask(0x20, Resume);
        _stopped = AddEvent(0x104, "stopped");
        _ready = AddEvent(0x108, "ready");
        _sent = AddEvent(0x11C, "sent");
        _error = AddEvent(0x124, "error");
        _boundary = AddEvent(0x138, "boundary");
        _suspended = AddEvent(0x148, "suspended");
        _shorts = Map.Add(0x200, "shorts", bits: 3);
        _errorSource = Map.Hidden("errorSource", bits: 7);
        Map.Read(0x4C4, () => _errorSource.Value).Write(0x4C4, bits => _errorSource.Value &= ~bits);
        _enable = Map.Add(0x500, "enable", bits: 7, written: _ => Enable());
        Map.AddRow(0x508, "pin", 3, reset: uint.MaxValue);
        Map.Read(0x518, TakeReceived);
        Map.Write(0x51C, Send);
        _frequency = Map.Add(0x524, "frequency", reset: 0x0400_0000);
        _configuration = Map.Add(0x554, "configuration", bits: 7);
        _address = Map.Add(0x588, "address", bits: 0x7F);
    }

    public override bool InTransaction => _i2c.IsOpen || _spi.IsOpen;

    private bool IsTwi => _enable.Value == ModeTwi;

    private Phase Now
    {
        get => (Phase)_phase.Value;
        set => _phase.Value = (uint)value;
    }

    private long TwiByteNs => (long)(9 * 1_000_000_000.0 / Math.Max(1000, _frequency.Value * 16e6 / 4_294_967_296));

    private long SpiByteNs => (long)(8 * 1_000_000_000.0 / Math.Max(1000, _frequency.Value * 16e6 / 4_294_967_296 * 4));

    private void Enable()
    {
        if (_enable.Value == ModeSpi) return;
        _spi.Release();
        _spiReceived.Reset();
        if (IsTwi) return;
        _i2c.Abort();
        _byteTime.Reset();
        (Now, _hasOutgoing.Value, _waits.Value, _stopWanted.Value) = (Phase.Idle, 0, 0, 0);
    }

    private uint TakeReceived()
    {
        if (IsTwi) return _incoming.Value & 0xFF;
        return _spiReceived.TryTake(out var value) ? value : 0u;
    }

    private void Send(uint value)
    {
        if (_enable.Value == ModeSpi) SendFrame((byte)value);
        else if (IsTwi) SendByte((byte)value);
    }

    // SPI: TXD is double-buffered, chapter 25.3; frames go out at once, and READY comes after their time.

    private void SendFrame(byte value)
    {
        if (_spi.IsBusy) return;
        var settings = new SpiSettings(
            ClockPolarity: (_configuration.Value & 4) != 0, ClockPhase: (_configuration.Value & 2) != 0,
            LeastSignificantBitFirst: (_configuration.Value & 1) != 0);
        _spi.Send([value], settings, chip: 0, hold: true);
    }

    private void OnSpi(ReadOnlyMemory<byte> received)
    {
        foreach (var value in received.Span) _spiReceived.Add(value);
        _byteTime.After(SpiByteNs);
    }

    // TWI, chapter 28.

    private void Begin(bool reading)
    {
        if (!IsTwi || Now is Phase.Addressing or Phase.Stopping) return;
        _reading.Value = reading ? 1u : 0;
        (_waits.Value, _hasOutgoing.Value, _stopWanted.Value) = (0, 0, 0);
        Now = Phase.Addressing;
        _i2c.Begin((byte)((_address.Value << 1) | _reading.Value));
    }

    private void SendByte(byte value)
    {
        (_outgoing.Value, _hasOutgoing.Value) = (value, 1);
        if (Now == Phase.Sending) SendWaiting();
    }

    private void SendWaiting()
    {
        if (_hasOutgoing.Value == 0 || _byteTime.IsSet) return;
        _hasOutgoing.Value = 0;
        _i2c.Write((byte)_outgoing.Value);
    }

    private void Stop()
    {
        if (!IsTwi || Now == Phase.Stopping) return;
        if (Now == Phase.Addressing)
        {
            _stopWanted.Value = 1; // once the address has been answered
            return;
        }
        _byteTime.Reset();
        Now = Phase.Stopping;
        _i2c.Stop();
    }

    private void Resume()
    {
        if (_waits.Value == 0) return;
        _waits.Value = 0;
        if (Now == Phase.Receiving) _i2c.Read();
    }

    private void OnI2c(ByteOutcome outcome, byte value)
    {
        switch (Now)
        {
            case Phase.Addressing: OnAddressed(outcome == ByteOutcome.Acknowledged); break;
            case Phase.Sending when outcome != ByteOutcome.Acknowledged: Refuse(DataRefused); break;
            case Phase.Sending: _byteTime.After(TwiByteNs); break;
            case Phase.Receiving:
                _incoming.Value = value;
                _byteTime.After(TwiByteNs);
                break;
            case Phase.Stopping:
                Now = Phase.Idle;
                if (outcome != ByteOutcome.Acknowledged) Refuse(DataRefused);
                Fire(_stopped);
                break;
        }
    }

    private void OnAddressed(bool isThere)
    {
        Now = _reading.Value != 0 && isThere ? Phase.Receiving : Phase.Sending; // the bus is ours until a stop
        if (!isThere) Refuse(AddressRefused);
        if (_stopWanted.Value != 0) Stop();
        else if (Now == Phase.Receiving) _i2c.Read();
        else if (isThere) SendWaiting();
    }

    private void Refuse(uint why)
    {
        _errorSource.Value |= why;
        Fire(_error);
    }

    private void OnByteTime()
    {
        if (_enable.Value == ModeSpi) Fire(_ready);
        else if (Now == Phase.Sending) EndSent();
        else if (Now == Phase.Receiving) EndReceived();
    }

    private void EndSent()
    {
        Fire(_sent);
        Fire(_boundary);
        SendWaiting();
    }

    // A byte has come. The next one is asked for unless the shortcuts suspend or stop, chapter 28.6.
    private void EndReceived()
    {
        if (_shorts.Has(BoundaryStops)) Stop();
        else _waits.Value = 1;
        Fire(_ready);
        Fire(_boundary);
        if (_shorts.Has(BoundarySuspends)) Fire(_suspended);
        else Resume();
    }
}
