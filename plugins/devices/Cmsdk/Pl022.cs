// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Cmsdk;

/// <summary>PrimeCell synchronous serial port: an SPI master with FIFOs of eight frames. Frames go out at once.</summary>
/// <remarks>
/// Arm DDI 0194, PrimeCell Synchronous Serial Port (PL022). The chip is selected from the first frame until the port is disabled: on
/// the board firmware selects by other lines. Not modelled: slave mode, Texas Instruments and Microwire frames, frames of more
/// than 8 bits on the bus (their low byte goes out), DMA, the receive timeout.
/// </remarks>
internal sealed class Pl022 : RegisterDevice
{
    private const uint Loopback = 1, Enable = 2;
    private const uint TransmitEmpty = 1, TransmitNotFull = 2, ReceiveNotEmpty = 4, ReceiveFull = 8, Busy = 16;
    private const uint Overrun = 1, ReceiveHalf = 4, TransmitHalf = 8;
    private const int Depth = 8;

    private readonly IInterruptLine _irq;
    private readonly SpiFrameBridge _bus;
    private readonly ByteFifo _received, _waiting;
    private readonly DeviceRegister _control0, _control1, _mask, _overrun;

    public Pl022(IDeviceContext context) : base(context.Unassigned)
    {
        _irq = context.Output("irq");
        _bus = Map.Include("bus", new SpiFrameBridge([context.Spi(0)], context.Clock) { Completed = OnCompleted });
        (_received, _waiting) = (Map.Include("received", new ByteFifo(Depth)), Map.Include("waiting", new ByteFifo(Depth)));
        _control0 = Map.Add(0x00, "control0", bits: 0xFFFF);
        _control1 = Map.Add(0x04, "control1", bits: 0xF, written: _ => EnableChanged());
        Map.Read(0x08, Take).Write(0x08, Add);
        Map.Read(0x0C, Status);
        Map.Add(0x10, "prescaler", bits: 0xFE);
        _mask = Map.Add(0x14, "interruptMask", bits: 0xF);
        _overrun = Map.Hidden("overrun", bits: Overrun);
        Map.Read(0x18, Raw);
        Map.Read(0x1C, () => Raw() & _mask.Value);
        Map.Write(0x20, bits => _overrun.Value &= ~bits);
        Map.Add(0x24, "dma", bits: 3);
        Map.AddPrimeCell(0x22, 0x10, 0x04);
    }

    public override bool InTransaction => _bus.IsOpen;

    private bool IsEnabled => _control1.Has(Enable);

    protected override void Update() => _irq.Drive((Raw() & _mask.Value) != 0);

    private uint Raw() => _overrun.Value | (_received.Count >= Depth / 2 ? ReceiveHalf : 0) | (_waiting.Count <= Depth / 2 ? TransmitHalf : 0);

    private uint Status() =>
        (_waiting.Count == 0 ? TransmitEmpty : 0) | (_waiting.IsFull ? 0 : TransmitNotFull)
        | (_received.Count > 0 ? ReceiveNotEmpty : 0) | (_received.IsFull ? ReceiveFull : 0) | (_bus.IsBusy ? Busy : 0);

    private void EnableChanged()
    {
        if (!IsEnabled) _bus.Release();
        Send();
    }

    private uint Take() => _received.TryTake(out var value) ? value : 0u;

    private void Add(uint frame)
    {
        _waiting.Add((byte)frame);
        Send();
    }

    private void Send()
    {
        while (IsEnabled && !_bus.IsBusy && _waiting.TryTake(out var frame))
        {
            if (_control1.Has(Loopback)) Receive(frame);
            else _bus.Send([frame], new SpiSettings(ClockPolarity: _control0.Has(0x40), ClockPhase: _control0.Has(0x80)), chip: 0, hold: true);
        }
    }

    private void OnCompleted(ReadOnlyMemory<byte> frames)
    {
        foreach (var frame in frames.Span) Receive(frame);
        Send();
        Update();
    }

    private void Receive(byte frame)
    {
        if (!_received.Add(frame)) _overrun.Value = Overrun;
    }
}
