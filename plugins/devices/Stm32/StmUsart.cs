// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Stm32;

/// <summary>USART, asynchronous: one byte each way, interrupts for empty, complete and received.</summary>
/// <remarks>
/// ST RM0033 (STM32F2), chapter 24. Not modelled: the time a byte takes on the wire (the transmitter is always empty), synchronous,
/// LIN, IrDA and smartcard modes, parity, DMA requests, idle and break detection.
/// </remarks>
internal sealed class StmUsart : RegisterDevice
{
    private const uint ReceiveNotEmpty = 1 << 5, TransmissionComplete = 1 << 6, TransmitEmpty = 1 << 7;
    private const uint Enable = 1 << 13, TransmitEnable = 1 << 3, ReceiveEnable = 1 << 2;

    private readonly IUartPort _port;
    private readonly IInterruptLine _irq;
    private readonly DeviceRegister _status, _control1, _received;

    public StmUsart(IDeviceContext context) : base(context.Unassigned)
    {
        (_port, _irq) = (context.Uart(), context.Output("irq"));
        _status = Map.Hidden("status", reset: TransmitEmpty | TransmissionComplete, bits: 0x3FF);
        _received = Map.Hidden("received", bits: 0xFF);
        // TC and RXNE are cleared by writing zero, as well as by the sequences of reading and writing that the manual tells.
        Map.Read(0x00, () => _status.Value).Write(0x00, value =>
        {
            _status.Value &= value | ~(TransmissionComplete | ReceiveNotEmpty);
            Take();
        });
        Map.Read(0x04, TakeReceived).Write(0x04, Send);
        Map.Add(0x08, "baudRate", bits: 0xFFFF);
        _control1 = Map.Add(0x0C, "control1", bits: 0xBFFF, written: _ => Take());
        Map.Add(0x10, "control2", bits: 0x7F6F);
        Map.Add(0x14, "control3", bits: 0xFFF);
        Map.Add(0x18, "guard", bits: 0xFFFF);
        _port.OnReadable(() =>
        {
            Take();
            Update();
        });
    }

    public override uint WindowBytes => 0x400;

    // TXEIE, TCIE and RXNEIE stand where their flags do.
    protected override void Update() =>
        _irq.Drive(_control1.Has(Enable) && (_status.Value & _control1.Value & (TransmitEmpty | TransmissionComplete | ReceiveNotEmpty)) != 0);

    private void Take()
    {
        if (!_control1.Has(Enable) || !_control1.Has(ReceiveEnable) || _status.Has(ReceiveNotEmpty) || !_port.TryReceive(out var value)) return;
        _received.Value = value;
        _status.Set(ReceiveNotEmpty);
    }

    // The next byte is there at once, with its own RXNE: an interrupt for each, 24.3.3.
    private uint TakeReceived()
    {
        var value = _received.Value;
        _status.Set(ReceiveNotEmpty, false);
        Take();
        return value;
    }

    private void Send(uint value)
    {
        if (!_control1.Has(Enable) || !_control1.Has(TransmitEnable)) return;
        _port.Send((byte)value);
        _status.Set(TransmissionComplete);
    }
}
