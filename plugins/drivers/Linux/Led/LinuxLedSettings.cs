// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Linux;

/// <summary>The options of a light.</summary>
/// <param name="Owner">For messages.</param>
/// <param name="Name">Its folder in <c>/sys/class/leds</c>.</param>
internal sealed record LinuxLedSettings(string Owner, string Name);
