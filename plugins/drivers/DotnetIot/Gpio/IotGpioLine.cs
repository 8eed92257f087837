// SPDX-License-Identifier: Apache-2.0
using System.Device.Gpio;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>
/// A line of a <see cref="GpioController"/>. The package has no open-drain and open-source stages: they are made of an
/// output that drives one level and an input for the other. Nor has it the kernel's time of an edge: edges are stamped when
/// they are heard of.
/// </summary>
internal sealed class IotGpioLine(string owner, GpioController controller, int line, bool activeLow, TimeProvider time) : IGpioLine
{
    private GpioMode _mode = new(GpioDirection.Disconnected);
    private PinChangeEventHandler? _watch;
    private PinMode? _requested; // what we have asked for: an open pin may say a mode that nobody has asked the kernel for

    public bool Read() => (controller.Read(line) == PinValue.High) != activeLow;

    public void Configure(GpioMode mode, bool initialLevel)
    {
        _mode = mode;
        if (mode.Direction == GpioDirection.Output)
            Drive(initialLevel != activeLow);
        else
            Use(mode.Direction == GpioDirection.Input ? PinModeOf(mode.Bias) : PinMode.Input);
    }

    public void Write(bool level)
    {
        if (_mode.Direction == GpioDirection.Output) Drive(level != activeLow);
    }

    public void Watch(Action<GpioEdge>? handler)
    {
        Unwatch();
        if (handler is null) return;
        EnsureOpen();
        PinChangeEventHandler watch = (_, change) => handler(new GpioEdge((change.ChangeType == PinEventTypes.Rising) != activeLow, NowNs()));
        controller.RegisterCallbackForPinValueChangedEvent(line, PinEventTypes.Rising | PinEventTypes.Falling, watch);
        _watch = watch;
    }

    public void Dispose()
    {
        if (!controller.IsPinOpen(line)) return;
        Unwatch();
        Close();
    }

    // With the last callback the package gives the line back to the kernel; an input is asked for again.
    private void Unwatch()
    {
        if (_watch is null) return;
        controller.UnregisterCallbackForPinValueChangedEvent(line, _watch);
        _watch = null;
        if (_requested is not { } mode || mode == PinMode.Output) return;
        _requested = null;
        Use(mode);
    }

    private void Close()
    {
        controller.ClosePin(line);
        _requested = null;
    }

    private void Drive(bool high)
    {
        var letsGo = _mode.Drive switch
        {
            GpioDrive.OpenDrain => high,
            GpioDrive.OpenSource => !high,
            _ => false,
        };
        if (letsGo)
            Use(PinModeOf(_mode.Bias));
        else
            DriveHard(high ? PinValue.High : PinValue.Low);
    }

    // Opened with its value, an output comes up without a glitch.
    private void DriveHard(PinValue value)
    {
        if (_requested == PinMode.Output)
        {
            controller.Write(line, value);
            return;
        }
        if (controller.IsPinOpen(line)) Close();
        controller.OpenPin(line, PinMode.Output, value);
        _requested = PinMode.Output;
    }

    private void Use(PinMode mode)
    {
        EnsureOpen();
        if (!controller.IsPinModeSupported(line, mode)) throw new PeripheralException($"{owner}: its chip has no mode {mode}");
        if (_requested == mode) return;
        controller.SetPinMode(line, mode);
        _requested = mode;
    }

    private void EnsureOpen()
    {
        if (!controller.IsPinOpen(line)) controller.OpenPin(line);
    }

    private long NowNs() => (long)(time.GetTimestamp() * (1_000_000_000.0 / time.TimestampFrequency));

    private static PinMode PinModeOf(GpioBias bias) => bias switch
    {
        GpioBias.PullUp => PinMode.InputPullUp,
        GpioBias.PullDown => PinMode.InputPullDown,
        _ => PinMode.Input,
    };
}
