// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>A light of the LED class. What the kernel shows on it (its trigger) ends when it is opened, and does not come back.</summary>
/// <remarks>Documentation/leds/leds-class.rst.</remarks>
internal sealed class LinuxLed : ILed
{
    private readonly LinuxLedSettings _settings;
    private readonly SysfsFile _brightness;

    public LinuxLed(LinuxLedSettings settings, LinuxHost host, string folder)
    {
        _settings = settings;
        using (var maximum = new SysfsFile(host, settings.Owner, $"{folder}/max_brightness", FileAccess.Read))
            MaximumBrightness = Math.Max(1, (int)maximum.ReadNumber());
        if (host.Read($"{folder}/trigger") is { } triggers && !triggers.Contains("[none]", StringComparison.Ordinal))
        {
            using var trigger = new SysfsFile(host, settings.Owner, $"{folder}/trigger", FileAccess.Write);
            trigger.Write("none");
        }
        _brightness = new SysfsFile(host, settings.Owner, $"{folder}/brightness", FileAccess.ReadWrite);
    }

    public int MaximumBrightness { get; }

    public void SetBrightness(int brightness)
    {
        if (brightness < 0 || brightness > MaximumBrightness)
            throw new PeripheralException($"{_settings.Owner}: a brightness of {brightness} is not from 0 to {MaximumBrightness}");
        _brightness.Write(brightness);
    }

    public void Dispose() => _brightness.Dispose();
}
