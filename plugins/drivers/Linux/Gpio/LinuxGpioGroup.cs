// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Lines behind one request of the kernel's.</summary>
internal sealed class LinuxGpioGroup(HeldLines lines, IReadOnlyList<LinuxGpioSettings> settings) : IGpioGroup
{
    public IReadOnlyList<IGpioLine> Lines { get; } = [.. settings.Select((line, index) => new LinuxGpioLine(lines, index, line))];

    public void Write(ulong mask, ulong levels) => lines.Write(mask, levels & mask);
}
