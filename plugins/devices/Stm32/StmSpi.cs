// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Stm32;

/// <summary>SPI master: frames of 8 or 16 bits go out at once.</summary>
/// <remarks>
/// ST RM0033, chapter 25. The chip is selected while the block is enabled; on a board firmware selects by a GPIO. Not modelled: slave
/// mode, I2S, CRC, DMA, the time on the wire.
/// </remarks>
internal sealed class StmSpi : RegisterDevice
{
    private const uint Enable = 0x40, LeastSignificantFirst = 0x80, Wide = 0x800;
    private const uint ReceiveNotEmpty = 1, TransmitEmpty = 2, Overrun = 0x40, Busy = 0x80;

    private readonly IInterruptLine _irq;
    private readonly SpiFrameBridge _bus;
    private readonly DeviceRegister _control1, _control2, _received, _flags;

    public StmSpi(IDeviceContext context) : base(context.Unassigned)
    {
        _irq = context.Output("irq");
        _bus = Map.Include("bus", new SpiFrameBridge([context.Spi(0)], context.Clock) { Completed = OnCompleted });
        _control1 = Map.Add(0x00, "control1", bits: 0xFFFF, written: EnableChanged);
        _control2 = Map.Add(0x04, "control2", bits: 0xF7);
        (_received, _flags) = (Map.Hidden("received", bits: 0xFFFF), Map.Hidden("flags", bits: ReceiveNotEmpty | Overrun));
        Map.Read(0x08, () => Status).Write(0x08, _ => { });
        Map.Read(0x0C, Take).Write(0x0C, Send);
        Map.Add(0x10, "polynomial", reset: 7, bits: 0xFFFF);
        Map.Add(0x1C, "i2s", bits: 0xFFF);
        Map.Add(0x20, "i2sPrescaler", reset: 2, bits: 0x3FF);
    }

    public override uint WindowBytes => 0x400;

    public override bool InTransaction => _bus.IsOpen;

    private uint Status => _flags.Value | (_bus.IsBusy ? Busy : TransmitEmpty);

    // TXEIE, RXNEIE and ERRIE.
    protected override void Update() =>
        _irq.Drive((_control2.Has(0x80) && !_bus.IsBusy) || (_control2.Has(0x40) && _flags.Has(ReceiveNotEmpty)) || (_control2.Has(0x20) && _flags.Has(Overrun)));

    private void EnableChanged(uint before)
    {
        if (!_control1.Has(Enable)) _bus.Release();
    }

    private void Send(uint frame)
    {
        if (!_control1.Has(Enable) || _bus.IsBusy) return;
        byte[] bytes = !_control1.Has(Wide) ? [(byte)frame] : _control1.Has(LeastSignificantFirst) ? [(byte)frame, (byte)(frame >> 8)] : [(byte)(frame >> 8), (byte)frame];
        var settings = new SpiSettings(ClockPolarity: _control1.Has(2), ClockPhase: _control1.Has(1), LeastSignificantBitFirst: _control1.Has(LeastSignificantFirst));
        _bus.Send(bytes, settings, chip: 0, hold: true);
    }

    private uint Take()
    {
        _flags.Value = 0;
        return _received.Value;
    }

    private void OnCompleted(ReadOnlyMemory<byte> frames)
    {
        if (_flags.Has(ReceiveNotEmpty)) _flags.Set(Overrun);
        else
        {
            var bytes = frames.Span;
            _received.Value = bytes.Length == 1 ? bytes[0] : _control1.Has(LeastSignificantFirst) ? bytes[0] | (uint)bytes[1] << 8 : (uint)bytes[0] << 8 | bytes[1];
            _flags.Set(ReceiveNotEmpty);
        }
        Update();
    }
}
