// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>The options of a simulated PWM channel.</summary>
internal sealed record SimulatedPwmSettings(string Owner, string Chip, int Channel);
