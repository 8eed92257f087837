// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>A wire from data out to data in: what is sent comes back.</summary>
internal sealed class SpiLoopback(SimulatedSpiSettings settings, IDisposable claim) : ISpiDevice, ISimulated, IImmediate
{
    private readonly Lock _lock = new();
    private long _bytes;
    private long _transactions;
    private bool _isSelected;
    private SpiSettings _last = new();

    public bool IsImmediate => true;

    public BusStatus Transfer(Span<byte> data, SpiSettings spi, bool keepSelected)
    {
        lock (_lock)
        {
            if (!_isSelected) _transactions++;
            _isSelected = keepSelected;
            _bytes += data.Length;
            _last = spi;
        }
        return BusStatus.Ok;
    }

    public void Deselect()
    {
        lock (_lock) _isSelected = false;
    }

    public IReadOnlyDictionary<string, string> Observe()
    {
        lock (_lock)
        {
            return new Dictionary<string, string>
            {
                ["selected"] = Outside.Format(_isSelected),
                ["bytes"] = Outside.Format(_bytes),
                ["transactions"] = Outside.Format(_transactions),
                ["mode"] = Outside.Format((_last.ClockPolarity ? 2 : 0) + (_last.ClockPhase ? 1 : 0)),
                ["clockHz"] = Outside.Format(ClockHz(_last)),
            };
        }
    }

    public void Change(string name, string value) => throw Outside.Unknown(settings.Owner, name, "nothing");

    public void Dispose() => claim.Dispose();

    private uint ClockHz(SpiSettings spi) =>
        settings.HighestClockHz == 0 ? spi.ClockHz : spi.ClockHz == 0 ? settings.HighestClockHz : Math.Min(spi.ClockHz, settings.HighestClockHz);
}
