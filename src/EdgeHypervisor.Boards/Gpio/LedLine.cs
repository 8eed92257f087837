// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Boards;

/// <summary>A light seen as a digital output: high is full brightness.</summary>
internal sealed class LedLine(ILed led) : IGpioLine
{
    private bool _level;

    public bool Read() => _level;

    public void Configure(GpioMode mode, bool initialLevel) => Write(mode.Direction == GpioDirection.Output && initialLevel);

    public void Write(bool level)
    {
        _level = level;
        led.SetBrightness(level ? led.MaximumBrightness : 0);
    }

    public void Watch(Action<GpioEdge>? handler)
    {
    }

    public void Dispose() => led.Dispose();
}
