// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>The options of a simulated analogue input.</summary>
internal sealed record SimulatedAdcSettings(string Owner, string Chip, int Channel, double Volts, double ReferenceVolts, int Bits);
