// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>What can sit on a simulated bus.</summary>
internal enum I2cModel
{
    /// <summary>Bosch's sensor of temperature, pressure and humidity.</summary>
    Bme280,

    /// <summary>An EEPROM of the 24C family.</summary>
    Eeprom,

    /// <summary>256 registers of 8 bits.</summary>
    Registers,
}
