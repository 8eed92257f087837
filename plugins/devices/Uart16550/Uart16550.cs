// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Uart16550;

/// <summary>NS16550A serial port: byte registers, 16-byte receive FIFO, one level interrupt, loopback.</summary>
/// <remarks>
/// National Semiconductor PC16550D data sheet, section 8 (registers) and 8.4 to 8.6 (interrupts, FIFOs). Not modelled:
/// the time a byte takes on the wire (the transmitter is always empty), breaks, parity and framing errors, DMA mode,
/// real modem lines (the other side is always ready).
/// </remarks>
internal sealed class Uart16550 : IMmioDevice, IDeviceTreeSource
{
    private const byte EnableReceived = 0x01, EnableTransmitterEmpty = 0x02, EnableLineStatus = 0x04, EnableModemStatus = 0x08;
    private const byte FifoEnable = 0x01, FifoClearReceiver = 0x02, FifoTrigger = 0xC0, FifoDmaMode = 0x08;
    private const byte DivisorLatchAccess = 0x80;
    private const byte ModemReady = 0x01, ModemRequest = 0x02, ModemOut1 = 0x04, ModemOut2 = 0x08, ModemLoopback = 0x10;
    private const byte DataReady = 0x01, Overrun = 0x02, TransmitterEmpty = 0x60;
    private const byte ClearToSend = 0x10, DataSetReady = 0x20, RingIndicator = 0x40, CarrierDetect = 0x80;
    private const byte NoInterrupt = 0x01, FifosEnabled = 0xC0;

    private readonly IInterruptLine _irq;
    private readonly IUartPort _port;
    private readonly IGuestClock _clock;
    private readonly IUnassigned _unassigned;
    private readonly IGuestTimer _characterTimeout;
    private readonly int _registerShift;
    private readonly uint _clockHz;
    private State _s;

    public Uart16550(
        IInterruptLine irq, IUartPort port, IGuestClock clock, IUnassigned unassigned, int registerShift, uint clockHz)
    {
        (_irq, _port, _clock, _unassigned) = (irq, port, clock, unassigned);
        (_registerShift, _clockHz) = (registerShift, clockHz);
        _characterTimeout = clock.CreateTimer(OnCharacterTimeout);
        _port.OnReadable(Receive);
        Reset();
    }

    private enum Register : uint
    {
        Data, InterruptEnable, InterruptIdentification, LineControl, ModemControl, LineStatus, ModemStatus, Scratch,
        FifoControl = InterruptIdentification,
    }

    /// <summary>The sources of the interrupt as the identification register reports them, data sheet table 4.</summary>
    private enum Source : byte { ModemStatus = 0x0, TransmitterEmpty = 0x2, Received = 0x4, LineStatus = 0x6, CharacterTimeout = 0xC }

    /// <inheritdoc/>
    public DeviceTreeDescription DeviceTree => new("serial", "ns16550a")
    {
        Interrupts = ["irq"],
        IsConsole = true,
        Properties =
        [
            DeviceTreeProperty.Cells("clock-frequency", _clockHz), DeviceTreeProperty.Cells("reg-shift", (uint)_registerShift),
        ],
    };

    /// <inheritdoc/>
    public uint WindowBytes => 0x100; // what QEMU's virt machine and its device tree reserve for it

    private bool FifosOn => (_s.FifoControl & FifoEnable) != 0;

    private bool InLoopback => (_s.ModemControl & ModemLoopback) != 0;

    private bool AccessesDivisor => (_s.LineControl & DivisorLatchAccess) != 0;

    private int Capacity => FifosOn ? Fifo16.Capacity : 1;

    private int TriggerLevel => FifosOn ? (_s.FifoControl >> 6) switch { 0 => 1, 1 => 4, 2 => 8, _ => 14 } : 1;

    /// <inheritdoc/>
    public ulong Read(uint offset, AccessWidth width)
    {
        var value = (Register)(offset >> _registerShift) switch
        {
            Register.Data when AccessesDivisor => _s.Divisor & 0xFFu,
            Register.Data => TakeReceived(),
            Register.InterruptEnable when AccessesDivisor => (uint)_s.Divisor >> 8,
            Register.InterruptEnable => _s.InterruptEnable,
            Register.InterruptIdentification => Identify(),
            Register.LineControl => _s.LineControl,
            Register.ModemControl => _s.ModemControl,
            Register.LineStatus => TakeLineStatus(),
            Register.ModemStatus => TakeModemStatus(),
            Register.Scratch => _s.Scratch,
            _ => _unassigned.Read(offset),
        };
        UpdateInterrupt();
        return value;
    }

    /// <inheritdoc/>
    public void Write(uint offset, AccessWidth width, ulong value)
    {
        var data = (byte)value;
        switch ((Register)(offset >> _registerShift))
        {
            case Register.Data when AccessesDivisor: _s.Divisor = (ushort)(_s.Divisor & 0xFF00 | data); break;
            case Register.Data: Transmit(data); break;
            case Register.InterruptEnable when AccessesDivisor: _s.Divisor = (ushort)(_s.Divisor & 0xFF | data << 8); break;
            case Register.InterruptEnable: EnableInterrupts(data); break;
            case Register.FifoControl: ControlFifo(data); break;
            case Register.LineControl: _s.LineControl = data; break;
            case Register.ModemControl: ControlModem(data); break;
            case Register.LineStatus or Register.ModemStatus: break; // read-only; the factory test mode is not modelled
            case Register.Scratch: _s.Scratch = data; break;
            default: _unassigned.Write(offset, value); break;
        }
        Receive();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _s = default;
        _characterTimeout.Cancel();
        UpdateInterrupt(); // bytes that wait at the port stay there: they are taken when the guest first asks
    }

    /// <inheritdoc/>
    public void Save(IStateWriter state)
    {
        state.Write("interruptEnable", (ulong)_s.InterruptEnable);
        state.Write("fifoControl", (ulong)_s.FifoControl);
        state.Write("lineControl", (ulong)_s.LineControl);
        state.Write("modemControl", (ulong)_s.ModemControl);
        state.Write("modemChanges", (ulong)_s.ModemChanges);
        state.Write("scratch", (ulong)_s.Scratch);
        state.Write("divisor", (ulong)_s.Divisor);
        state.Write("overrun", _s.Overrun);
        state.Write("transmitterEmptyPending", _s.TransmitterEmptyPending);
        state.Write("characterTimeout", _s.CharacterTimeout);
        state.Write("received", _s.Received.ToArray());
        state.Write("timeoutDeadlineNs", _characterTimeout.DeadlineNs ?? -1);
    }

    /// <inheritdoc/>
    public void Restore(IStateReader state)
    {
        var restored = new State
        {
            InterruptEnable = (byte)state.ReadUInt64("interruptEnable", maximum: 0x0F),
            FifoControl = (byte)(state.ReadByte("fifoControl") & (FifoTrigger | FifoDmaMode | FifoEnable)),
            LineControl = state.ReadByte("lineControl"),
            ModemControl = (byte)state.ReadUInt64("modemControl", maximum: 0x1F),
            ModemChanges = (byte)state.ReadUInt64("modemChanges", maximum: 0x0F),
            Scratch = state.ReadByte("scratch"),
            Divisor = state.ReadUInt16("divisor"),
            Overrun = state.ReadBoolean("overrun"),
            TransmitterEmptyPending = state.ReadBoolean("transmitterEmptyPending"),
            CharacterTimeout = state.ReadBoolean("characterTimeout"),
        };
        foreach (var b in state.ReadBytes("received", Fifo16.Capacity)) restored.Received.Add(b);
        var deadlineNs = state.ReadInt64("timeoutDeadlineNs");
        _s = restored;
        SetTimeout(deadlineNs < 0 ? null : deadlineNs);
        Receive();
    }

    // Receiving. Host input is taken only as far as there is room, so it never overruns; a loopback can.

    private void Receive()
    {
        while (!InLoopback && _s.Received.Count < Capacity && _port.TryReceive(out var value)) Accept(value);
        UpdateInterrupt();
    }

    private void Accept(byte value)
    {
        if (_s.Received.Count >= Capacity)
        {
            _s.Overrun = true; // with FIFOs the shift register is lost, without them the unread byte is
            if (FifosOn) return;
            _s.Received.Clear();
        }
        _s.Received.Add(value);
        if (!_s.CharacterTimeout) RestartTimeout(); // one that is due is taken back by a read alone
    }

    private byte TakeReceived()
    {
        if (_s.Received.IsEmpty) return 0;
        var value = _s.Received.Take();
        RestartTimeout();
        Receive();
        return value;
    }

    /// <summary>Data that waits below the trigger level is reported after four characters' time without traffic, section 8.6.</summary>
    private void RestartTimeout()
    {
        _s.CharacterTimeout = false;
        SetTimeout(FifosOn && !_s.Received.IsEmpty ? _clock.NowNs + 4 * CharacterNs() : null);
    }

    private void SetTimeout(long? deadlineNs)
    {
        if (deadlineNs is { } deadline) _characterTimeout.Set(deadline);
        else _characterTimeout.Cancel();
    }

    private void OnCharacterTimeout()
    {
        _s.CharacterTimeout = FifosOn && !_s.Received.IsEmpty;
        UpdateInterrupt();
    }

    private long CharacterNs()
    {
        var bits = 1 + 5 + (_s.LineControl & 3) + 1 + ((_s.LineControl & 4) != 0 ? 1 : 0) + ((_s.LineControl & 8) != 0 ? 1 : 0);
        return bits * 16L * Math.Max((ushort)1, _s.Divisor) * 1_000_000_000L / _clockHz;
    }

    // Transmitting takes no time: the holding register is full for no longer than the write itself.

    private void Transmit(byte value)
    {
        if (InLoopback) Accept(value);
        else _port.Send(value);
        _s.TransmitterEmptyPending = true;
    }

    private void EnableInterrupts(byte value)
    {
        value &= 0x0F;
        var newlyEnabled = value & ~_s.InterruptEnable;
        // Enabling it while the holding register is empty raises it at once; drivers kick their transmission off so.
        if ((newlyEnabled & EnableTransmitterEmpty) != 0) _s.TransmitterEmptyPending = true;
        _s.InterruptEnable = value;
    }

    private void ControlFifo(byte value)
    {
        var switched = ((value ^ _s.FifoControl) & FifoEnable) != 0;
        _s.FifoControl = (byte)(value & (FifoTrigger | FifoDmaMode | FifoEnable));
        if (!FifosOn) _s.FifoControl = 0; // the other bits are not programmed unless bit 0 is written as one
        if (switched || (value & FifoClearReceiver) != 0) ClearReceived();
    }

    private void ClearReceived()
    {
        _s.Received.Clear();
        RestartTimeout();
    }

    private void ControlModem(byte value)
    {
        var before = ModemLines();
        _s.ModemControl = (byte)(value & 0x1F);
        var now = ModemLines();
        var changed = (before ^ now) & (ClearToSend | DataSetReady | CarrierDetect);
        if ((before & ~now & RingIndicator) != 0) changed |= RingIndicator; // only the trailing edge of a ring counts
        _s.ModemChanges |= (byte)(changed >> 4);
    }

    /// <summary>The other side is always ready; in loopback the outputs come back as inputs (section 8.7).</summary>
    private byte ModemLines()
    {
        if (!InLoopback) return ClearToSend | DataSetReady | CarrierDetect;
        var lines = 0;
        if ((_s.ModemControl & ModemRequest) != 0) lines |= ClearToSend;
        if ((_s.ModemControl & ModemReady) != 0) lines |= DataSetReady;
        if ((_s.ModemControl & ModemOut1) != 0) lines |= RingIndicator;
        if ((_s.ModemControl & ModemOut2) != 0) lines |= CarrierDetect;
        return (byte)lines;
    }

    // Status registers whose reading acknowledges.

    private byte TakeLineStatus()
    {
        Receive();
        var status = TransmitterEmpty | (_s.Received.IsEmpty ? 0 : DataReady) | (_s.Overrun ? Overrun : 0);
        _s.Overrun = false;
        return (byte)status;
    }

    private byte TakeModemStatus()
    {
        var status = (byte)(ModemLines() | _s.ModemChanges);
        _s.ModemChanges = 0;
        return status;
    }

    private byte Identify()
    {
        var fifos = FifosOn ? FifosEnabled : 0;
        if (HighestSource() is not { } source) return (byte)(fifos | NoInterrupt);
        if (source == Source.TransmitterEmpty) _s.TransmitterEmptyPending = false;
        return (byte)(fifos | (int)source);
    }

    /// <summary>The pending source of the highest priority, data sheet table 4.</summary>
    private Source? HighestSource()
    {
        if (IsEnabled(EnableLineStatus) && _s.Overrun) return Source.LineStatus;
        if (IsEnabled(EnableReceived) && _s.Received.Count >= TriggerLevel) return Source.Received;
        if (IsEnabled(EnableReceived) && _s.CharacterTimeout) return Source.CharacterTimeout;
        if (IsEnabled(EnableTransmitterEmpty) && _s.TransmitterEmptyPending) return Source.TransmitterEmpty;
        if (IsEnabled(EnableModemStatus) && _s.ModemChanges != 0) return Source.ModemStatus;
        return null;
    }

    private bool IsEnabled(byte source) => (_s.InterruptEnable & source) != 0;

    // The line is a pure function of the state: recomputed after every change, never toggled by hand.
    private void UpdateInterrupt() => _irq.Drive(HighestSource() is not null);

    /// <summary>Everything the guest can observe, and all that is saved (with the deadline of the character timeout).</summary>
    private struct State
    {
        public byte InterruptEnable;
        public byte FifoControl;
        public byte LineControl;
        public byte ModemControl;
        public byte ModemChanges;
        public byte Scratch;
        public ushort Divisor;
        public bool Overrun;
        public bool TransmitterEmptyPending;
        public bool CharacterTimeout;
        public Fifo16 Received;
    }
}
