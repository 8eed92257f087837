// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>The options of a simulated I2C target.</summary>
/// <param name="Owner">For messages.</param>
/// <param name="Bus">Number of its bus.</param>
/// <param name="Address">Its address, 7 or 10 bits.</param>
/// <param name="Model">What it is.</param>
/// <param name="LatencyUs">How long a transaction takes, microseconds; 0 for no time at all.</param>
/// <param name="TimeoutMs">After how long a stuck bus is given up, milliseconds.</param>
/// <param name="SizeBytes">Size of an EEPROM.</param>
/// <param name="Air">What a sensor feels at the start.</param>
internal sealed record SimulatedI2cSettings(
    string Owner, int Bus, ushort Address, I2cModel Model, int LatencyUs, int TimeoutMs, int SizeBytes, Air Air);
