// SPDX-License-Identifier: Apache-2.0
using System.Device.Spi;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>
/// A device through <see cref="SpiDevice"/>, whose mode and clock are fixed when it is opened: other settings open it anew.
/// It lets go of the chip select after every transfer; keeping it is <see cref="BusStatus.Unsupported"/>.
/// </summary>
internal sealed class IotSpiDevice : ISpiDevice
{
    private readonly IIotHardware _hardware;
    private readonly SpiPlace _place;
    private readonly int _maximumHz;
    private SpiSettings _settings;
    private SpiDevice _device;
    private byte[] _received = [];

    public IotSpiDevice(IIotHardware hardware, SpiPlace place, int maximumHz)
    {
        (_hardware, _place, _maximumHz) = (hardware, place, maximumHz);
        _settings = new SpiSettings(BitsPerWord: 8);
        _device = hardware.OpenSpi(Translate(_settings));
    }

    public BusStatus Transfer(Span<byte> data, SpiSettings settings, bool keepSelected)
    {
        if (keepSelected) return BusStatus.Unsupported;
        try
        {
            Use(settings);
            if (_received.Length < data.Length) _received = new byte[data.Length];
            var received = _received.AsSpan(0, data.Length);
            _device.TransferFullDuplex(data, received);
            received.CopyTo(data);
            return BusStatus.Ok;
        }
        catch (IOException)
        {
            return BusStatus.Failed;
        }
    }

    public void Deselect()
    {
    }

    public void Dispose() => _device.Dispose();

    private void Use(SpiSettings settings)
    {
        if (settings == _settings) return;
        _device.Dispose();
        _device = _hardware.OpenSpi(Translate(settings));
        _settings = settings;
    }

    private SpiConnectionSettings Translate(SpiSettings settings) => new(_place.Bus, _place.ChipSelect)
    {
        Mode = (SpiMode)((settings.ClockPolarity ? 2 : 0) | (settings.ClockPhase ? 1 : 0)),
        DataBitLength = settings.BitsPerWord,
        DataFlow = settings.LeastSignificantBitFirst ? DataFlow.LsbFirst : DataFlow.MsbFirst,
        ClockFrequency = settings.ClockHz == 0 ? _maximumHz : (int)Math.Min(settings.ClockHz, (uint)_maximumHz),
    };
}
