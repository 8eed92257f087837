// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>The weather around a sensor.</summary>
/// <param name="Celsius">Temperature in degrees Celsius.</param>
/// <param name="Pascal">Pressure in pascal.</param>
/// <param name="HumidityPercent">Relative humidity in percent.</param>
internal readonly record struct Air(double Celsius, double Pascal, double HumidityPercent);
