// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>An extra ability of a driver of digital lines: several lines of one chip as one, driven in one call at the same moment.</summary>
public interface IGpioGroups
{
    /// <summary>Opens lines together; each is used and closed on its own as well.</summary>
    /// <exception cref="OptionException">An option does not fit.</exception>
    /// <exception cref="PeripheralException">They are not on one chip, or one of them cannot be had; then none is.</exception>
    IGpioGroup OpenGroup(IReadOnlyList<ComponentOptions> lines);
}
