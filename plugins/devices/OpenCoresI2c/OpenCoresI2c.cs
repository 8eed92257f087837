// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.OpenCoresI2c;

/// <summary>OpenCores I2C master: byte registers, one command at a time, one level interrupt.</summary>
/// <remarks>
/// I2C-Master Core Specification revision 0.9, section 3. Bytes become transactions in <see cref="I2cByteBridge"/>. Not
/// modelled: the bus clock (the prescale register is kept only), being addressed as a target, 10-bit addresses.
/// </remarks>
internal sealed class OpenCoresI2c : IMmioDevice, IDeviceTreeSource
{
    private const byte Enable = 0x80, EnableInterrupt = 0x40;
    private const byte StatusNotAcknowledged = 0x80, StatusBusy = 0x40, StatusArbitrationLost = 0x20,
        StatusInProgress = 0x02, StatusInterrupt = 0x01;

    private readonly I2cByteBridge _bridge;
    private readonly IInterruptLine _irq;
    private readonly IUnassigned _unassigned;
    private readonly int _registerShift;
    private readonly uint _clockHz; // the guest's business only: the real bus has its own
    private State _s;

    public OpenCoresI2c(I2cByteBridge bridge, IInterruptLine irq, IUnassigned unassigned, int registerShift, uint clockHz)
    {
        (_bridge, _irq, _unassigned, _registerShift, _clockHz) = (bridge, irq, unassigned, registerShift, clockHz);
        _bridge.Completed = OnStepCompleted;
        Reset();
    }

    private enum Register : uint { PrescaleLow, PrescaleHigh, Control, Data, Command, Status = Command }

    /// <summary>The bits of the command register.</summary>
    [Flags]
    private enum Command : byte
    {
        None = 0, AcknowledgeInterrupt = 0x01, NotAcknowledge = 0x08, Write = 0x10, Read = 0x20, Stop = 0x40, Start = 0x80,
        Steps = Start | Write | Read | Stop,
    }

    /// <inheritdoc/>
    public DeviceTreeDescription DeviceTree => new("i2c", "opencores,i2c-ocores")
    {
        Interrupts = ["irq"],
        ClockHz = _clockHz,
        Properties =
        [
            DeviceTreeProperty.Cells("reg-shift", (uint)_registerShift), DeviceTreeProperty.Cells("reg-io-width", 1),
            DeviceTreeProperty.Cells("clock-frequency", 100_000),
            DeviceTreeProperty.Cells("#address-cells", 1), DeviceTreeProperty.Cells("#size-cells", 0),
        ],
    };

    /// <inheritdoc/>
    public uint WindowBytes => 0x1000;

    /// <inheritdoc/>
    public bool InTransaction => _bridge.IsOpen;

    private byte Status =>
        (byte)((_s.NotAcknowledged ? StatusNotAcknowledged : 0) | (_s.Busy ? StatusBusy : 0)
            | (_s.ArbitrationLost ? StatusArbitrationLost : 0) | (_s.Remaining != Command.None ? StatusInProgress : 0)
            | (_s.InterruptPending ? StatusInterrupt : 0));

    /// <inheritdoc/>
    public ulong Read(uint offset, AccessWidth width) => (Register)(offset >> _registerShift) switch
    {
        Register.PrescaleLow => _s.Prescale & 0xFFu,
        Register.PrescaleHigh => (uint)_s.Prescale >> 8,
        Register.Control => _s.Control,
        Register.Data => _s.Received,
        Register.Status => Status,
        _ => _unassigned.Read(offset),
    };

    /// <inheritdoc/>
    public void Write(uint offset, AccessWidth width, ulong value)
    {
        var data = (byte)value;
        switch ((Register)(offset >> _registerShift))
        {
            case Register.PrescaleLow: _s.Prescale = (ushort)(_s.Prescale & 0xFF00 | data); break;
            case Register.PrescaleHigh: _s.Prescale = (ushort)(_s.Prescale & 0xFF | data << 8); break;
            case Register.Control: Control(data); break;
            case Register.Data: _s.Transmit = data; break;
            case Register.Command: Accept((Command)data); break;
            default: _unassigned.Write(offset, value); return;
        }
        UpdateInterrupt();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _bridge.Reset();
        _s = new State { Prescale = 0xFFFF };
        UpdateInterrupt();
    }

    /// <inheritdoc/>
    public void Save(IStateWriter state)
    {
        state.Write("prescale", (ulong)_s.Prescale);
        state.Write("control", (ulong)_s.Control);
        state.Write("transmit", (ulong)_s.Transmit);
        state.Write("received", (ulong)_s.Received);
        state.Write("remaining", (ulong)_s.Remaining);
        state.Write("startPending", _s.StartPending);
        state.Write("busy", _s.Busy);
        state.Write("notAcknowledged", _s.NotAcknowledged);
        state.Write("arbitrationLost", _s.ArbitrationLost);
        state.Write("interruptPending", _s.InterruptPending);
        state.WriteGroup("bus", _bridge.Save);
    }

    /// <inheritdoc/>
    public void Restore(IStateReader state)
    {
        var restored = new State
        {
            Prescale = state.ReadUInt16("prescale"),
            Control = state.ReadByte("control"),
            Transmit = state.ReadByte("transmit"),
            Received = state.ReadByte("received"),
            Remaining = (Command)state.ReadByte("remaining") & (Command.Steps | Command.NotAcknowledge),
            StartPending = state.ReadBoolean("startPending"),
            Busy = state.ReadBoolean("busy"),
            NotAcknowledged = state.ReadBoolean("notAcknowledged"),
            ArbitrationLost = state.ReadBoolean("arbitrationLost"),
            InterruptPending = state.ReadBoolean("interruptPending"),
        };
        _bridge.Restore(state.ReadGroup("bus"));
        _s = restored;
        UpdateInterrupt();
    }

    private void Control(byte value)
    {
        _s.Control = (byte)(value & (Enable | EnableInterrupt));
        if ((value & Enable) != 0) return;
        _bridge.Abort();
        (_s.Remaining, _s.StartPending, _s.Busy) = (Command.None, false, false);
    }

    /// <summary>A command: an acknowledgement of the interrupt, and steps that run in the order start, write or read, stop.</summary>
    private void Accept(Command command)
    {
        if ((command & Command.AcknowledgeInterrupt) != 0) _s.InterruptPending = false;
        var steps = command & Command.Steps;
        if (steps == Command.None || (_s.Control & Enable) == 0) return;
        if (_s.Remaining != Command.None)
        {
            _s.Remaining |= steps & Command.Stop; // a driver that gives up in the middle of a byte
            return;
        }
        if ((steps & Command.Start) != 0) (_s.StartPending, _s.Busy, _s.ArbitrationLost) = (true, true, false);
        _s.Remaining = steps & ~Command.Start;
        RunNextStep();
    }

    private void RunNextStep()
    {
        if ((_s.Remaining & Command.Write) != 0) RunWrite();
        else if ((_s.Remaining & Command.Read) != 0) _bridge.Read();
        else if ((_s.Remaining & Command.Stop) != 0) _bridge.Stop();
        else Finish(); // a start without an address byte yet
    }

    private void RunWrite()
    {
        if (!_s.StartPending)
        {
            _bridge.Write(_s.Transmit);
            return;
        }
        _s.StartPending = false;
        _bridge.Begin(_s.Transmit);
    }

    private void OnStepCompleted(ByteOutcome outcome, byte value)
    {
        var step = _s.Remaining & Command.Write;
        if (step == Command.None) step = _s.Remaining & Command.Read;
        if (step == Command.None) step = Command.Stop;
        if (step == Command.Read) _s.Received = value;
        if (step == Command.Stop) (_s.Busy, _s.StartPending) = (false, false);
        _s.NotAcknowledged = outcome != ByteOutcome.Acknowledged && step != Command.Read;
        _s.Remaining &= ~step;
        if (outcome == ByteOutcome.ArbitrationLost) LoseBus();
        if (_s.Remaining == Command.None) Finish();
        else RunNextStep();
    }

    private void LoseBus()
    {
        (_s.ArbitrationLost, _s.Busy, _s.Remaining) = (true, false, Command.None);
        _bridge.Abort();
    }

    private void Finish()
    {
        _s.InterruptPending = true;
        UpdateInterrupt();
    }

    // The line is a pure function of the state: recomputed after every change, never toggled by hand.
    private void UpdateInterrupt() => _irq.Drive(_s.InterruptPending && (_s.Control & EnableInterrupt) != 0);

    /// <summary>The registers; what is open on the bus is the bridge's.</summary>
    private struct State
    {
        public ushort Prescale;
        public byte Control, Transmit, Received;
        public Command Remaining; // the steps of the command in progress; none when it is done
        public bool StartPending; // the next byte written is an address
        public bool Busy, NotAcknowledged, ArbitrationLost, InterruptPending;
    }
}
