// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Nrf51;

/// <summary>Serial port with a receive FIFO of six bytes.</summary>
/// <remarks>
/// nRF51 Series Reference Manual v3.0, chapter 29. A byte takes the time on the wire that BAUDRATE says: before TXDRDY, and
/// before the next one can be received, so that a program that keeps up with a wire keeps up with this.
/// Not modelled: parity and framing errors, breaks, flow control (the other side is always ready).
/// </remarks>
internal sealed class NrfUart : NrfPeripheral
{
    private const uint Enabled = 4;
    private const int BitsOfAByte = 10;

    private readonly IUartPort _port;
    private readonly ByteFifo _received;
    private readonly SavedTimer _sent, _arriving;
    private readonly Event _receivedReady, _transmitted;
    private readonly DeviceRegister _enable, _baudRate, _receiving, _transmitting;

    public NrfUart(IDeviceContext context) : base(context)
    {
        _port = context.Uart();
        _received = Map.Include("received", new ByteFifo(6));
        _sent = Map.Include("sent", new SavedTimer(Clock, () => Fire(_transmitted!)));
        _arriving = Map.Include("arriving", new SavedTimer(Clock, Take));
        AddEvent(0x100, "clearToSend");
        AddEvent(0x104, "notClearToSend");
        _receivedReady = AddEvent(0x108, "receivedReady");
        _transmitted = AddEvent(0x11C, "transmitReady");
        AddEvent(0x124, "error");
        AddEvent(0x144, "receiverTimeout");
        _receiving = Map.Hidden("receiving", bits: 1);
        _transmitting = Map.Hidden("transmitting", bits: 1);
        AddTask(0x00, StartReceiving);
        AddTask(0x04, () => _receiving.Value = 0);
        AddTask(0x08, () => _transmitting.Value = 1);
        AddTask(0x0C, () => _transmitting.Value = 0);
        AddTask(0x1C, () => (_receiving.Value, _transmitting.Value) = (0, 0));
        Map.Add(0x200, "shorts", bits: 0x18);
        Map.Add(0x480, "errorSource", bits: 0);
        _enable = Map.Add(0x500, "enable", bits: 7, written: _ => Take());
        Map.AddRow(0x508, "pin", 4, reset: uint.MaxValue);
        Map.Read(0x518, TakeReceived);
        Map.Write(0x51C, Send);
        _baudRate = Map.Add(0x524, "baudRate", reset: 0x0400_0000);
        Map.Add(0x56C, "configuration", bits: 0xF);
        _port.OnReadable(Take);
    }

    /// <summary>The rate is BAUDRATE · 16 MHz / 2^32, chapter 29.10.</summary>
    private long ByteNs => (long)(BitsOfAByte * 1_000_000_000UL / Math.Max(1, _baudRate.Value * 16_000_000UL >> 32));

    private bool IsEnabled => (_enable.Value & 7) == Enabled;

    private void StartReceiving()
    {
        _receiving.Value = 1;
        Take();
    }

    // Host input is taken only as far as there is room, so it never overruns.
    private void Take()
    {
        if (!IsEnabled || _receiving.Value == 0 || _received.IsFull || _arriving.IsSet || !_port.TryReceive(out var value)) return;
        _arriving.After(ByteNs);
        _received.Add(value);
        if (_received.Count == 1) Fire(_receivedReady);
    }

    private uint TakeReceived()
    {
        if (!_received.TryTake(out var value)) return 0;
        if (_received.Count > 0) Fire(_receivedReady); // the next byte has moved up
        Take();
        return value;
    }

    private void Send(uint value)
    {
        if (!IsEnabled || _transmitting.Value == 0) return;
        _port.Send((byte)value);
        _sent.After(ByteNs);
    }
}
