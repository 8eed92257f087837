// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>The options of a line.</summary>
/// <param name="Owner">For messages.</param>
/// <param name="Chip">The chip's label, name, number or device file; null where the line's name is enough.</param>
/// <param name="Line">The line's offset in the chip, or its name.</param>
/// <param name="Offset">The offset, where it is one.</param>
/// <param name="IsActiveLow">Whether its logical level is the inverse of its electrical one.</param>
/// <param name="Bias">The resistor for a user who wants none in particular.</param>
/// <param name="DebounceUs">How long an input has to be quiet before a change counts; 0 for not at all.</param>
internal sealed record LinuxGpioSettings(
    string Owner, string? Chip, string Line, int? Offset, bool IsActiveLow, GpioBias Bias, uint DebounceUs)
{
    /// <summary>What the kernel tells others who has the line; it has room for 31 bytes.</summary>
    public string Consumer => $"ehv {Owner.Split(' ')[^1]}";
}
