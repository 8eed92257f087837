// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Cmsdk;

/// <summary>APB UART: one byte of buffer each way, interrupts for sent, received and overrun.</summary>
/// <remarks>
/// Arm DDI 0479, chapter 4.3. Not modelled: the time a byte takes on the wire (the transmitter is always empty), so that it never
/// overruns; host input is taken only when there is room, so the receiver never does.
/// </remarks>
internal sealed class CmsdkUart : RegisterDevice
{
    private const uint TransmitEnable = 1, ReceiveEnable = 2, TransmitInterrupt = 4, ReceiveInterrupt = 8;
    private const uint ReceiveFull = 2;
    private const uint Transmitted = 1, Received = 2;

    private readonly IUartPort _port;
    private readonly IInterruptLine _transmitIrq, _receiveIrq, _overrunIrq;
    private readonly DeviceRegister _control, _state, _data, _pending;

    public CmsdkUart(IDeviceContext context) : base(context.Unassigned)
    {
        _port = context.Uart();
        (_transmitIrq, _receiveIrq, _overrunIrq) = (context.Output("tx"), context.Output("rx"), context.Output("overrun"));
        _data = Map.Hidden("data", bits: 0xFF);
        _state = Map.Hidden("state", bits: ReceiveFull);
        Map.Read(0x00, TakeReceived).Write(0x00, Send);
        Map.Read(0x04, () => _state.Value).Write(0x04, _ => { });
        _control = Map.Add(0x08, "control", bits: 0x7F, written: _ => Take());
        _pending = Map.Hidden("interruptStatus", bits: 0xF);
        Map.Read(0x0C, () => _pending.Value).Write(0x0C, bits => _pending.Value &= ~bits);
        Map.Add(0x10, "baudDivider", bits: 0xF_FFFF);
        Map.AddIdentity(0x21);
        _port.OnReadable(OnReadable);
    }

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
        if (!_control.Has(ReceiveEnable) || _state.Has(ReceiveFull) || !_port.TryReceive(out var value)) return;
        _data.Value = value;
        _state.Set(ReceiveFull);
        if (_control.Has(ReceiveInterrupt)) _pending.Set(Received);
    }

    // The next byte is taken at the next look, so that a handler which clears its interrupt after reading loses none.
    private uint TakeReceived()
    {
        var value = _data.Value;
        _state.Set(ReceiveFull, false);
        return value;
    }

    protected override void Refresh() => Take();

    private void Send(uint value)
    {
        if (!_control.Has(TransmitEnable)) return;
        _port.Send((byte)value);
        if (_control.Has(TransmitInterrupt)) _pending.Set(Transmitted);
    }
}
