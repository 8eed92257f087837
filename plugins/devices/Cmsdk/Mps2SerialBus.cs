// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Cmsdk;

/// <summary>SBCon: two lines that firmware toggles to make I2C; here they are read as starts, bits, acknowledgements and stops again.</summary>
/// <remarks>
/// Arm DUI 0225, Versatile boards, serial bus interface; I2C-bus specification, UM10204, section 3.1. While the bus behind needs
/// time the clock reads low, as a target that stretches it does.
/// </remarks>
internal sealed class Mps2SerialBus : RegisterDevice
{
    private const uint Scl = 1, Sda = 2;
    private const uint LastBit = 8; // after eight bits the ninth is the acknowledgement

    private enum Phase : uint { Idle, Address, Write, Read }

    private readonly I2cByteBridge _bridge;
    private readonly DeviceRegister _driven, _phase, _bits, _shift, _target, _busy, _acknowledged;

    public Mps2SerialBus(IDeviceContext context) : base(context.Unassigned)
    {
        _bridge = new I2cByteBridge(context.I2c(), context.Clock) { ReadAheadBytes = 8, ProbesAfterWrite = true, Completed = OnCompleted };
        Map.Include("bus", _bridge);
        _driven = Map.Hidden("driven", reset: Scl | Sda, bits: Scl | Sda);
        _target = Map.Hidden("target", reset: Sda, bits: Sda); // what the target lets the data line be
        (_phase, _bits, _shift) = (Map.Hidden("phase", bits: 3), Map.Hidden("bits", bits: 15), Map.Hidden("shift", bits: 0x1FF));
        (_busy, _acknowledged) = (Map.Hidden("busy", bits: 1), Map.Hidden("acknowledged", bits: 1));
        Map.Read(0x00, Lines).Write(0x00, bits => Change(_driven.Value | (bits & (Scl | Sda))));
        Map.Write(0x04, bits => Change(_driven.Value & ~bits));
    }

    public override bool InTransaction => _bridge.IsOpen;

    private Phase Now
    {
        get => (Phase)_phase.Value;
        set => _phase.Value = (uint)value;
    }

    private uint Lines() => _busy.Value != 0 ? _driven.Value & Sda : _driven.Value & (Scl | _target.Value);

    private void Change(uint lines)
    {
        var before = _driven.Value;
        _driven.Value = lines;
        if ((before & lines & Scl) != 0 && before != lines) StartOrStop(start: (lines & Sda) == 0);
        else if ((before & Scl) == 0 && (lines & Scl) != 0) ClockRises();
        else if ((before & Scl) != 0 && (lines & Scl) == 0) ClockFalls();
    }

    private void StartOrStop(bool start)
    {
        (_bits.Value, _shift.Value, _target.Value) = (0, 0, Sda);
        if (start) Now = Phase.Address;
        else if (Now != Phase.Idle)
        {
            Now = Phase.Idle;
            _busy.Value = 1;
            _bridge.Stop();
        }
    }

    private void ClockRises()
    {
        if (Now == Phase.Idle) return;
        if (_bits.Value < LastBit && Now != Phase.Read) _shift.Value = (_shift.Value << 1 | (_driven.Value >> 1 & 1)) & 0xFF;
        if (_bits.Value == LastBit && Now == Phase.Read) _acknowledged.Value = (_driven.Value & Sda) == 0 ? 1u : 0;
        _bits.Value++;
    }

    private void ClockFalls()
    {
        if (Now == Phase.Idle || _bits.Value == 0) return;
        if (_bits.Value == LastBit) EndByte();
        else if (_bits.Value > LastBit) EndAcknowledgement();
        else if (Now == Phase.Read) ShowBit();
    }

    // The eighth bit is over: in a write the target acknowledges, in a read the controller will.
    private void EndByte()
    {
        if (Now == Phase.Read)
        {
            _target.Value = Sda;
            return;
        }
        _busy.Value = 1;
        if (Now == Phase.Address) _bridge.Begin((byte)_shift.Value);
        else _bridge.Write((byte)_shift.Value);
    }

    private void EndAcknowledgement()
    {
        _target.Value = Sda;
        var reads = Now == Phase.Address ? (_shift.Value & 1) != 0 && _acknowledged.Value != 0 : Now == Phase.Read && _acknowledged.Value != 0;
        if (Now == Phase.Address) Now = reads ? Phase.Read : Phase.Write;
        (_bits.Value, _shift.Value) = (0, 0);
        if (!reads) return;
        _busy.Value = 1;
        _bridge.Read();
    }

    private void ShowBit() => _target.Value = (_shift.Value >> (int)(LastBit - 1 - _bits.Value) & 1) != 0 ? Sda : 0;

    private void OnCompleted(ByteOutcome outcome, byte value)
    {
        _busy.Value = 0;
        if (Now == Phase.Idle) return;
        if (Now == Phase.Read)
        {
            _shift.Value = value;
            ShowBit();
            return;
        }
        _acknowledged.Value = outcome == ByteOutcome.Acknowledged ? 1u : 0;
        _target.Value = _acknowledged.Value != 0 ? 0 : Sda;
    }
}
