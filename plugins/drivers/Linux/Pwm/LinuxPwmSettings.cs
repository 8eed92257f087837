// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Linux;

/// <summary>The options of a PWM channel.</summary>
/// <param name="Owner">For messages.</param>
/// <param name="Chip">The chip's device (<c>fe20c000.pwm</c>), name (<c>pwmchip0</c>) or number.</param>
/// <param name="Channel">The channel of the chip.</param>
internal sealed record LinuxPwmSettings(string Owner, string Chip, int Channel);
