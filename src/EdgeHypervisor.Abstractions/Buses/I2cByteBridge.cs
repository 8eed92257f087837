// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// Makes whole transactions of what a byte-wise controller does step by step. A kernel's bus performs messages whose
/// lengths are known before they begin; a controller learns of each byte only when the guest sends it, and must say
/// whether it was acknowledged before the next. The README of device.opencores.i2c has the reasoning.
/// </summary>
/// <remarks>
/// One step at a time: <see cref="Begin"/>, <see cref="Write"/>, <see cref="Read"/> or <see cref="Stop"/>, each of which
/// ends with one call of <see cref="Completed"/>, before it returns or later. Written bytes are kept until a stop or
/// repeated start. A read is performed as a whole in its address phase, ahead of what the guest will take.
/// </remarks>
public sealed class I2cByteBridge : IRegisterPart
{
    /// <summary>The longest message, what Linux's I2C_RDWR takes.</summary>
    public const int MaximumBytes = 8192;

    /// <summary>The most messages written before a stop; with a read after them, what Linux's I2C_RDWR takes.</summary>
    public const int MaximumMessages = 41;

    /// <summary>The last 7-bit address.</summary>
    public const ushort LastAddress = 0x7F;

    private readonly II2cPort _port;
    private readonly IGuestClock _clock;
    private readonly IGuestTimer _resume;
    private readonly ReadLengths _lengths = new();
    private readonly List<WrittenMessage> _written = []; // of this transaction, not yet on the bus (reading: part of the read)
    private Phase _phase;
    private ushort _address; // of the current message
    private bool _probed; // the current message's address was really put on the bus
    private byte[] _ahead = []; // what was read
    private int _taken; // how much of it the guest has
    private readonly bool[] _known = new bool[LastAddress + 1]; // the addresses that answered and have had no data since that could keep them busy
    private Operation _operation;
    private bool _portBusy; // a transfer is under way, perhaps one of before a reset
    private bool _stale; // … and nobody waits for its end any more
    private I2cMessage[] _transfer = null!; // set when one is made

    /// <summary>A bridge to a bus, with nothing under way.</summary>
    public I2cByteBridge(II2cPort port, IGuestClock clock)
    {
        (_port, _clock) = (port, clock);
        _resume = clock.CreateTimer(Issue);
    }

    /// <summary>Whether no byte may be read that the guest did not ask for: a FIFO would lose it.</summary>
    private bool ReadsExactly => ReadAheadBytes == 1;

    private enum Phase : byte { Idle, Writing, Reading, Refused }

    private enum Kind : byte { None, Probe, Read, ReadOn, Flush }

    /// <summary>How many bytes a read asks for when its length is not known from before.</summary>
    public required int ReadAheadBytes { get; init; }

    /// <summary>Whether a target is asked again after it was sent data, because it may be busy with them (an EEPROM).</summary>
    public required bool ProbesAfterWrite { get; init; }

    /// <summary>Gets the end of each step; for a read with the byte.</summary>
    public Action<ByteOutcome, byte> Completed { get; set; } = (_, _) => { };

    /// <summary>Whether something has begun that has not been stopped.</summary>
    public bool IsOpen => _phase != Phase.Idle || _operation.Kind != Kind.None;

    /// <summary>A start or repeated start with the address byte: seven bits of address and the direction.</summary>
    public void Begin(byte addressByte)
    {
        EndRead();
        DropAddressOnlyMessage(evenUnprobed: true); // what follows shows that the target is there
        (_phase, _address, _probed) = (Phase.Idle, (ushort)(addressByte >> 1), false);
        if ((addressByte & 1) != 0) Start(new Operation(Kind.Read, PredictedLength()));
        else if (IsKnown(_address)) BeginWriting();
        else Start(new Operation(Kind.Probe));
    }

    /// <summary>A byte to the target.</summary>
    public void Write(byte value)
    {
        var accepted = _phase == Phase.Writing && _written.Sum(m => m.Data.Count) < MaximumBytes;
        if (accepted) _written[^1].Data.Add(value);
        Completed(accepted ? ByteOutcome.Acknowledged : ByteOutcome.NotAcknowledged, value);
    }

    /// <summary>A byte from the target; ones where no target sends.</summary>
    public void Read()
    {
        if (_phase != Phase.Reading) Completed(ByteOutcome.NotAcknowledged, 0xFF);
        else if (_taken < _ahead.Length) TakeByte();
        else ReadOn();
    }

    /// <summary>A stop: what was written goes to the bus now.</summary>
    public void Stop()
    {
        EndRead();
        DropAddressOnlyMessage(evenUnprobed: false);
        if (_written.Count > 0) Start(new Operation(Kind.Flush));
        else Finish(ByteOutcome.Acknowledged);
    }

    /// <summary>Forgets the open transaction; what is under way on the bus ends unheard.</summary>
    public void Abort()
    {
        _stale = _portBusy;
        _operation = default;
        _resume.Cancel();
        Close();
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        Abort();
        _known.AsSpan().Clear();
        _lengths.Clear();
    }

    /// <summary>Writes what is open.</summary>
    public void Save(IStateWriter state)
    {
        state.Write("phase", (ulong)_phase);
        state.Write("address", (ulong)_address);
        state.Write("probed", _probed);
        state.Write("ahead", _ahead.AsSpan());
        state.Write("taken", (ulong)_taken);
        state.Write("known", [Known(0), Known(64)]);
        state.Write("operation", (ulong)_operation.Kind);
        state.Write("operationBytes", (ulong)_operation.LengthBytes);
        state.WriteList("written", _written.Count, (item, i) =>
        {
            item.Write("address", (ulong)_written[i].Address);
            item.Write("data", [.. _written[i].Data]);
        });
        _lengths.Save(state);
    }

    /// <summary>Takes it over; a step that was under way is done again.</summary>
    /// <exception cref="StateException">The state is out of range.</exception>
    public void Restore(IStateReader state)
    {
        var phase = (Phase)state.ReadInt32("phase", (int)Phase.Refused);
        var address = (ushort)state.ReadUInt64("address", maximum: LastAddress);
        var probed = state.ReadBoolean("probed");
        var ahead = state.ReadBytes("ahead", MaximumBytes);
        var taken = state.ReadInt32("taken", ahead.Length);
        var known = state.ReadUInt64s("known", 2);
        var kind = (Kind)state.ReadInt32("operation", (int)Kind.Flush);
        var lengthBytes = state.ReadInt32("operationBytes", MaximumBytes);
        var written = ReadWritten(state);
        if (phase == Phase.Writing && written.Count == 0) throw state.Error("written", "is empty in the middle of a write");
        if (kind is Kind.Read or Kind.ReadOn && lengthBytes == 0) throw state.Error("operationBytes", "a read of nothing");
        if (kind == Kind.Flush && written.Count == 0) throw state.Error("written", "is empty, and about to be sent");
        _lengths.Restore(state);
        Abort();
        _written.AddRange(written);
        (_phase, _address, _probed, _ahead, _taken) = (phase, address, probed, ahead, taken);
        for (var i = 0; i < _known.Length; i++) _known[i] = (known[i / 64] >> i % 64 & 1) != 0;
        _operation = new Operation(kind, lengthBytes);
        // What was under way is done again from its beginning, on the VM's next turn: nobody knows how far it had come.
        if (kind != Kind.None) _resume.Set(_clock.NowNs);
    }

    private static List<WrittenMessage> ReadWritten(IStateReader state)
    {
        var messages = new List<WrittenMessage>();
        foreach (var item in state.ReadList("written", MaximumMessages))
        {
            var message = new WrittenMessage((ushort)item.ReadUInt64("address", maximum: LastAddress));
            message.Data.AddRange(item.ReadBytes("data", MaximumBytes));
            messages.Add(message);
        }
        return messages;
    }

    // The guest's side.

    private void BeginWriting()
    {
        if (_written.Count == MaximumMessages)
        {
            Refuse(ByteOutcome.NotAcknowledged);
            return;
        }
        _written.Add(new WrittenMessage(_address));
        _phase = Phase.Writing;
        Completed(ByteOutcome.Acknowledged, 0);
    }

    /// <summary>A message without data was the address phase alone; when that was on the bus, nothing is left to send.</summary>
    private void DropAddressOnlyMessage(bool evenUnprobed)
    {
        if (_phase != Phase.Writing || _written[^1].Data.Count > 0 || !(_probed || evenUnprobed)) return;
        _written.RemoveAt(_written.Count - 1);
        _phase = Phase.Idle;
    }

    private void TakeByte() => Completed(ByteOutcome.Acknowledged, _ahead[_taken++]);

    /// <summary>Ends a read: what the guest left is dropped, and how much it took is remembered.</summary>
    private void EndRead()
    {
        if (_phase != Phase.Reading) return;
        if (WrittenBefore() is { } written) _lengths.Learn(_address, written, _taken);
        Close();
    }

    private void Close()
    {
        _written.Clear();
        (_phase, _ahead, _taken) = (Phase.Idle, [], 0);
    }

    private void Finish(ByteOutcome outcome)
    {
        Close();
        Completed(outcome, 0);
    }

    private void Refuse(ByteOutcome outcome)
    {
        _phase = outcome == ByteOutcome.ArbitrationLost ? Phase.Idle : Phase.Refused;
        if (_phase == Phase.Idle) Close();
        Completed(outcome, 0);
    }

    /// <summary>
    /// The guest goes on where the read-ahead ended. A read that began with a register number is done again from there, but
    /// longer; a bare read goes on from where the target stands, and so does one that may not read anything twice.
    /// </summary>
    private void ReadOn()
    {
        if (ReadsExactly) _written.Clear();
        var lengthBytes = _written.Count == 0 ? ReadAheadBytes : Math.Max(2 * _ahead.Length, ReadAheadBytes);
        Start(new Operation(Kind.ReadOn, Math.Min(MaximumBytes, lengthBytes)));
    }

    private int PredictedLength() =>
        (!ReadsExactly && WrittenBefore() is { } written ? _lengths.Find(_address, written) : null) ?? ReadAheadBytes;

    /// <summary>
    /// What the guest wrote to the same target just before it reads, such as the number of a register; null after more.
    /// </summary>
    private byte[]? WrittenBefore() => _written switch
    {
        [] => [],
        [var only] when only.Address == _address => [.. only.Data],
        _ => null,
    };

    // The bus's side.

    private void Start(Operation operation)
    {
        _operation = operation;
        if (!_portBusy) Issue();
    }

    private void Issue()
    {
        _transfer = _operation.Kind switch
        {
            Kind.Probe => [new I2cMessage(_address, IsRead: false, Memory<byte>.Empty)],
            Kind.Flush => [.. _written.Select(m => m.ToMessage())],
            _ => [.. _written.Select(m => m.ToMessage()), new I2cMessage(_address, IsRead: true, new byte[_operation.LengthBytes])],
        };
        _portBusy = true;
        _port.Transfer(_transfer, OnTransferred);
    }

    private void OnTransferred(BusStatus status)
    {
        _portBusy = false;
        if (_stale)
        {
            _stale = false;
            if (_operation.Kind != Kind.None) Issue();
            return;
        }
        var operation = _operation;
        _operation = default;
        foreach (var message in _transfer) Note(message, status);
        switch (operation.Kind)
        {
            case Kind.Probe: OnProbed(status); break;
            case Kind.Read: OnRead(status); break;
            case Kind.ReadOn: OnReadOn(status); break;
            case Kind.Flush: Finish(OutcomeOf(status)); break;
        }
    }

    /// <summary>Remembers who answered, and forgets who did not or may be busy with what it was sent.</summary>
    private void Note(I2cMessage message, BusStatus status)
    {
        var busy = ProbesAfterWrite && !message.IsRead && message.Data.Length > 0;
        _known[message.Address & LastAddress] = status == BusStatus.Ok && !busy;
    }

    private bool IsKnown(ushort address) => _known[address & LastAddress];

    /// <summary>A bit for each of 64 addresses.</summary>
    private ulong Known(int first)
    {
        var bits = 0UL;
        for (var i = 0; i < 64; i++) bits |= _known[first + i] ? 1UL << i : 0;
        return bits;
    }

    private void OnProbed(BusStatus status)
    {
        _probed = status != BusStatus.Unsupported; // an adapter without empty messages: the data will show
        var outcome = status == BusStatus.Unsupported ? ByteOutcome.Acknowledged : OutcomeOf(status);
        if (outcome == ByteOutcome.Acknowledged) BeginWriting();
        else Refuse(outcome);
    }

    private void OnRead(BusStatus status)
    {
        if (status != BusStatus.Ok)
        {
            _written.Clear(); // they were part of what failed
            Refuse(OutcomeOf(status));
            return;
        }
        (_phase, _ahead, _taken) = (Phase.Reading, _transfer[^1].Data.ToArray(), 0);
        Completed(ByteOutcome.Acknowledged, 0);
    }

    private void OnReadOn(BusStatus status)
    {
        if (status != BusStatus.Ok) (_ahead, _taken) = ([], 0);
        else if (_written.Count > 0) _ahead = _transfer[^1].Data.ToArray();
        else if (_ahead.Length + _transfer[^1].Data.Length <= MaximumBytes) _ahead = [.. _ahead, .. _transfer[^1].Data.Span];
        else (_ahead, _taken) = (_transfer[^1].Data.ToArray(), 0);
        if (_taken < _ahead.Length) TakeByte();
        else Completed(OutcomeOf(status), 0xFF);
    }

    private static ByteOutcome OutcomeOf(BusStatus status) => status switch
    {
        BusStatus.Ok => ByteOutcome.Acknowledged,
        BusStatus.ArbitrationLost or BusStatus.TimedOut => ByteOutcome.ArbitrationLost,
        _ => ByteOutcome.NotAcknowledged,
    };

    /// <summary>A transfer that the bus is asked for.</summary>
    private readonly record struct Operation(Kind Kind, int LengthBytes = 0);
}
