// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Linux;

/// <summary>The options of an analogue input.</summary>
/// <param name="Owner">For messages.</param>
/// <param name="Chip">The converter's name (<c>mcp3208</c>), its folder's name (<c>iio:device0</c>) or number.</param>
/// <param name="Channel">The input, <c>0</c>, or the pair of a differential one, <c>0-1</c>.</param>
internal sealed record LinuxAdcSettings(string Owner, string Chip, string Channel);
