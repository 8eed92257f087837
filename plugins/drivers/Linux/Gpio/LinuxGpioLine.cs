// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>A line of a GPIO chip. The kernel knows active-low, open stages, bias and debouncing itself, or stands in for the chip.</summary>
/// <remarks>A line that is neither read nor driven is an input to the chip, with the board's bias: the nearest to nothing.</remarks>
internal sealed class LinuxGpioLine(HeldLines lines, int index, LinuxGpioSettings settings) : IGpioLine
{
    private bool _isClosed;

    public bool Read() => lines.Read(index);

    public void Configure(GpioMode mode, bool initialLevel)
    {
        var flags = DirectionOf(mode) | BiasOf(mode.Bias == GpioBias.AsIs ? settings.Bias : mode.Bias);
        if (settings.IsActiveLow) flags |= GpioUapi.Flags.ActiveLow;
        lines.Configure(index, flags, settings.DebounceUs, initialLevel);
    }

    public void Write(bool level) => lines.Write(index, level);

    public void Watch(Action<GpioEdge>? handler) => lines.Watch(index, handler);

    public void Dispose()
    {
        if (_isClosed) return;
        _isClosed = true;
        lines.Close(index);
    }

    private static GpioUapi.Flags DirectionOf(GpioMode mode) => mode switch
    {
        { Direction: GpioDirection.Output, Drive: GpioDrive.OpenDrain } => GpioUapi.Flags.Output | GpioUapi.Flags.OpenDrain,
        { Direction: GpioDirection.Output, Drive: GpioDrive.OpenSource } => GpioUapi.Flags.Output | GpioUapi.Flags.OpenSource,
        { Direction: GpioDirection.Output } => GpioUapi.Flags.Output,
        _ => GpioUapi.Flags.Input,
    };

    private static GpioUapi.Flags BiasOf(GpioBias bias) => bias switch
    {
        GpioBias.PullUp => GpioUapi.Flags.PullUp,
        GpioBias.PullDown => GpioUapi.Flags.PullDown,
        GpioBias.Disabled => GpioUapi.Flags.BiasDisabled,
        _ => GpioUapi.Flags.None,
    };
}
