// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Cmsdk;

/// <summary>APB UART: one byte of buffer each way, interrupts for sent, received and overrun.</summary>
/// <remarks>
/// Arm DDI 0479, chapter 4.3. Host input is taken only when there is room, so the receiver never overruns, and the next byte comes
/// the time of a byte after the last was read: a handler that clears its interrupt after reading loses none. The option
/// <c>clockHz</c> is the bus's clock. Not modelled: the time a byte that is sent takes on the wire (the transmitter is always empty).
/// </remarks>
internal sealed class CmsdkUart : RegisterDevice
{
    private const uint TransmitEnable = 1, ReceiveEnable = 2, TransmitInterrupt = 4, ReceiveInterrupt = 8;
    private const uint ReceiveFull = 2;
    private const uint Transmitted = 1, Received = 2;
    private const int BitsOfAByte = 10, LeastDivider = 16;

    private readonly IUartPort _port;
    private readonly IInterruptLine _transmitIrq, _receiveIrq, _overrunIrq;
    private readonly SavedTimer _arriving;
    private readonly uint _clockHz;
    private readonly DeviceRegister _control, _state, _data, _pending, _divider;

    public CmsdkUart(IDeviceContext context) : base(context.Unassigned)
    {
        _port = context.Uart();
        _clockHz = (uint)context.Options.GetInteger("clockHz", fallback: 25_000_000, minimum: 1, maximum: 1_000_000_000);
        _arriving = Map.Include("arriving", new SavedTimer(context.Clock, OnReadable));
        (_transmitIrq, _receiveIrq, _overrunIrq) = (context.Output("tx"), context.Output("rx"), context.Output("overrun"));
        _data = Map.Hidden("data", bits: 0xFF);
        _state = Map.Hidden("state", bits: ReceiveFull);
        Map.Read(0x00, TakeReceived).Write(0x00, Send);
        Map.Read(0x04, () => _state.Value).Write(0x04, _ => { });
        _control = Map.Add(0x08, "control", bits: 0x7F, written: _ => Take());
        _pending = Map.Hidden("interruptStatus", bits: 0xF);
        Map.Read(0x0C, () => _pending.Value).Write(0x0C, bits => _pending.Value &= ~bits);
        _divider = Map.Add(0x10, "baudDivider", bits: 0xF_FFFF);
        Map.AddIdentity(0x21);
        _port.OnReadable(OnReadable);
    }

    private long ByteNs => BitsOfAByte * 1_000_000_000L * Math.Max(LeastDivider, _divider.Value) / _clockHz;

    protected override void Update()
    {
        _transmitIrq.Drive(_pending.Has(Transmitted));
        _receiveIrq.Drive(_pending.Has(Received));
        _overrunIrq.Drive(_pending.Has(0xC));
    }

    private void OnReadable()
    {
        Take();
        Update();
    }

    private void Take()
    {
        if (!_control.Has(ReceiveEnable) || _state.Has(ReceiveFull) || _arriving.IsSet || !_port.TryReceive(out var value)) return;
        _data.Value = value;
        _state.Set(ReceiveFull);
        if (_control.Has(ReceiveInterrupt)) _pending.Set(Received);
    }

    private uint TakeReceived()
    {
        if (_state.Has(ReceiveFull)) _arriving.After(ByteNs);
        _state.Set(ReceiveFull, false);
        return _data.Value;
    }

    private void Send(uint value)
    {
        if (!_control.Has(TransmitEnable)) return;
        _port.Send((byte)value);
        if (_control.Has(TransmitInterrupt)) _pending.Set(Transmitted);
    }
}
