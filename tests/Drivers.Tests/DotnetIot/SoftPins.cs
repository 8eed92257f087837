// SPDX-License-Identifier: Apache-2.0
using System.Device.Gpio;

namespace EdgeHypervisor.Drivers.Tests.DotnetIot;

/// <summary>A chip of 32 pins with an outside.</summary>
internal sealed class SoftPins : GpioDriver
{
    private const int Count = 32;
    private readonly PinMode[] _mode = new PinMode[Count];
    private readonly PinValue[] _driven = new PinValue[Count];
    private readonly bool?[] _outside = new bool?[Count];
    private readonly PinChangeEventHandler?[] _handlers = new PinChangeEventHandler?[Count];

    protected override int PinCount => Count;

    /// <summary>The electrical level: the outside wins over a resistor, the pin's own stage over both.</summary>
    public bool Level(int pin) => _mode[pin] switch
    {
        PinMode.Output => _driven[pin] == PinValue.High,
        PinMode.InputPullUp => _outside[pin] ?? true,
        _ => _outside[pin] ?? false,
    };

    public void DriveFromOutside(int pin, bool? level)
    {
        var before = Level(pin);
        _outside[pin] = level;
        if (Level(pin) == before) return;
        var type = Level(pin) ? PinEventTypes.Rising : PinEventTypes.Falling;
        _handlers[pin]?.Invoke(this, new PinValueChangedEventArgs(type, pin));
    }

    protected override void OpenPin(int pinNumber) => _mode[pinNumber] = PinMode.Input;

    protected override void ClosePin(int pinNumber) => _mode[pinNumber] = PinMode.Input;

    protected override void SetPinMode(int pinNumber, PinMode mode) => _mode[pinNumber] = mode;

    protected override PinMode GetPinMode(int pinNumber) => _mode[pinNumber];

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

    protected override PinValue Read(int pinNumber) => Level(pinNumber);

    protected override void Write(int pinNumber, PinValue value) => _driven[pinNumber] = value;

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) =>
        _handlers[pinNumber] += callback;

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
        _handlers[pinNumber] -= callback;

    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
        throw new NotSupportedException("not needed here");
}
