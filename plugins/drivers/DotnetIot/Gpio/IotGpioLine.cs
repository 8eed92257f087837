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
        if (_watch is not null) controller.UnregisterCallbackForPinValueChangedEvent(line, _watch);
        _watch = handler is null ? null : (_, change) => handler(new GpioEdge((change.ChangeType == PinEventTypes.Rising) != activeLow, NowNs()));
        if (_watch is null) return;
        EnsureOpen();
        controller.RegisterCallbackForPinValueChangedEvent(line, PinEventTypes.Rising | PinEventTypes.Falling, _watch);
    }

    public void Dispose()
    {
        if (!controller.IsPinOpen(line)) return;
        Watch(null);
        controller.ClosePin(line);
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
        if (controller.IsPinOpen(line) && controller.GetPinMode(line) == PinMode.Output)
        {
            controller.Write(line, value);
            return;
        }
        if (controller.IsPinOpen(line)) controller.ClosePin(line);
        controller.OpenPin(line, PinMode.Output, value);
    }

    private void Use(PinMode mode)
    {
        EnsureOpen();
        if (!controller.IsPinModeSupported(line, mode)) throw new PeripheralException($"{owner}: its chip has no mode {mode}");
        if (controller.GetPinMode(line) != mode) controller.SetPinMode(line, mode);
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
