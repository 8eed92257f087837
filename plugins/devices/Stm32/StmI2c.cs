// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Stm32;

/// <summary>I2C controller of the first kind: starts, addresses, bytes and stops by flags, events and errors as interrupts.</summary>
/// <remarks>
/// ST RM0033, chapter 23. Not modelled: the target side, SMBus, PEC, DMA, the time on the wire; flags are cleared by the second access
/// of each sequence alone.
/// </remarks>
internal sealed class StmI2c : RegisterDevice
{
    private const uint Enable = 1, Start = 0x100, Stop = 0x200, Acknowledge = 0x400, Position = 0x800, SoftwareReset = 0x8000;
    private const uint StartBit = 1, Address = 2, ByteFinished = 4, ReceiveNotEmpty = 0x40, TransmitEmpty = 0x80, ArbitrationLost = 0x200, Refused = 0x400;
    private const uint Master = 1, Busy = 2, Transmitter = 4;
    private const uint ErrorInterrupt = 0x100, EventInterrupt = 0x200, BufferInterrupt = 0x400;

    private enum Step : uint { None, Addressing, Writing, Reading, Stopping }

    private readonly IInterruptLine _event, _error;
    private readonly I2cByteBridge _bus;
    private readonly DeviceRegister _control, _control2, _status, _status2, _data, _shift, _step;

    public StmI2c(IDeviceContext context) : base(context.Unassigned)
    {
        (_event, _error) = (context.Output("event"), context.Output("error"));
        _bus = Map.Include("bus", new I2cByteBridge(context.I2c(), context.Clock) { ReadAheadBytes = 8, ProbesAfterWrite = true, Completed = OnCompleted });
        _control = Map.Add(0x00, "control", bits: 0xBFFB, written: Control);
        _control2 = Map.Add(0x04, "control2", bits: 0x1F3F);
        Map.Add(0x08, "ownAddress1", bits: 0xC3FF);
        Map.Add(0x0C, "ownAddress2", bits: 0xFF);
        (_data, _shift) = (Map.Hidden("data", bits: 0xFF), Map.Hidden("shift", bits: 0xFF));
        (_status, _status2, _step) = (Map.Hidden("status1", bits: 0xDFDF), Map.Hidden("status2", bits: 7), Map.Hidden("step", bits: 7));
        Map.Read(0x10, TakeData).Write(0x10, PutData);
        Map.Read(0x14, () => _status.Value).Write(0x14, bits => _status.Value &= bits | 0xFF);
        Map.Read(0x18, TakeStatus2);
        Map.Add(0x1C, "clock", bits: 0xCFFF);
        Map.Add(0x20, "rise", reset: 2, bits: 0x3F);
        Map.Add(0x24, "filter", bits: 0x1F);
    }

    public override uint WindowBytes => 0x400;

    public override bool InTransaction => _bus.IsOpen;

    private Step Now
    {
        get => (Step)_step.Value;
        set => _step.Value = (uint)value;
    }

    protected override void Update()
    {
        var events = StartBit | Address | ByteFinished | (_control2.Has(BufferInterrupt) ? ReceiveNotEmpty | TransmitEmpty : 0);
        _event.Drive(_control2.Has(EventInterrupt) && _status.Has(events));
        _error.Drive(_control2.Has(ErrorInterrupt) && _status.Has(ArbitrationLost | Refused));
    }

    private void Control(uint before)
    {
        if (_control.Has(SoftwareReset) || !_control.Has(Enable))
        {
            _bus.Abort();
            (Now, _status.Value, _status2.Value) = (Step.None, 0, 0);
            _control.Set(Start | Stop, false);
            return;
        }
        if (_control.Has(Stop) && Now == Step.None) EndTransaction();
        if (_control.Has(Start) && Now == Step.None) BeginTransaction();
    }

    private void BeginTransaction()
    {
        _control.Set(Start, false);
        _status.Value = (_status.Value & ~(TransmitEmpty | ByteFinished | Address)) | StartBit;
        _status2.Set(Master | Busy);
    }

    private void EndTransaction()
    {
        _control.Set(Stop, false);
        _status.Set(TransmitEmpty | ByteFinished | Address | StartBit, false);
        Now = Step.Stopping;
        _bus.Stop();
    }

    private void PutData(uint value)
    {
        if (_status.Has(StartBit))
        {
            _status.Set(StartBit, false);
            _status2.Set(Transmitter, (value & 1) == 0);
            Now = Step.Addressing;
            _bus.Begin((byte)value);
        }
        else if (_status2.Has(Transmitter) && _status2.Has(Master) && Now == Step.None)
        {
            _status.Set(TransmitEmpty | ByteFinished, false);
            Now = Step.Writing;
            _bus.Write((byte)value);
        }
    }

    private uint TakeData()
    {
        var value = _data.Value;
        if (!_status.Has(ReceiveNotEmpty)) return value;
        if (_status.Has(ByteFinished))
        {
            _data.Value = _shift.Value; // the byte that waited behind it
            _status.Set(ByteFinished, false);
        }
        else _status.Set(ReceiveNotEmpty, false);
        Fetch();
        return value;
    }

    // Reading SR2 after SR1 ends the address phase.
    private uint TakeStatus2()
    {
        var value = _status2.Value;
        if (!_status.Has(Address)) return value;
        _status.Set(Address, false);
        if (_status2.Has(Transmitter)) _status.Set(TransmitEmpty);
        else Fetch(first: true);
        return value;
    }

    // The next byte comes as long as bytes are acknowledged; with POS the one after the first is still wanted.
    private void Fetch(bool first = false)
    {
        if (Now != Step.None || !_status2.Has(Master) || _status2.Has(Transmitter) || _status.Has(ByteFinished | StartBit)) return;
        if (!first && !_control.Has(Acknowledge | Position)) return;
        Now = Step.Reading;
        _bus.Read();
    }

    private void OnCompleted(ByteOutcome outcome, byte value)
    {
        var step = Now;
        Now = Step.None;
        var acknowledged = outcome == ByteOutcome.Acknowledged;
        if (!acknowledged && step != Step.Reading) _status.Set(outcome == ByteOutcome.ArbitrationLost ? ArbitrationLost : Refused);
        switch (step)
        {
            case Step.Addressing when acknowledged: _status.Set(Address); break;
            case Step.Writing when acknowledged: _status.Set(TransmitEmpty | ByteFinished); break;
            case Step.Reading: Receive(value); break;
            case Step.Stopping: _status2.Set(Master | Busy | Transmitter, false); break;
        }
        if (_control.Has(Stop) && step != Step.Stopping) EndTransaction();
        else if (_control.Has(Start)) BeginTransaction();
        Update();
    }

    private void Receive(byte value)
    {
        if (_status.Has(ReceiveNotEmpty))
        {
            _shift.Value = value;
            _status.Set(ByteFinished);
            return;
        }
        _data.Value = value;
        _status.Set(ReceiveNotEmpty);
        Fetch();
    }
}
