// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>A measurement as an analogue input.</summary>
internal sealed class LinuxHwmonInput(LinuxHwmonSettings settings, LinuxHost host, string folder) : IAdcChannel
{
    private readonly SysfsFile _value = new(host, settings.Owner, $"{folder}/{settings.Input}_input", FileAccess.Read);

    public long ReadMicrovolts() => (long)_value.ReadNumber() * settings.MicrovoltsPerStep;

    public void Dispose() => _value.Dispose();
}
