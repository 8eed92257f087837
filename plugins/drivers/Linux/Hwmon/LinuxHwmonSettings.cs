// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Linux;

/// <summary>The options of a measurement.</summary>
/// <param name="Owner">For messages.</param>
/// <param name="Chip">The sensor chip's name (<c>cpu_thermal</c>), its folder's name (<c>hwmon0</c>) or number.</param>
/// <param name="Input">The measurement: <c>temp1</c>, <c>in0</c>.</param>
/// <param name="MicrovoltsPerStep">What one step of the kernel's number is to a guest.</param>
internal sealed record LinuxHwmonSettings(string Owner, string Chip, string Input, long MicrovoltsPerStep);
