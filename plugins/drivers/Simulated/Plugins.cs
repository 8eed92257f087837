// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Simulated;

[assembly: EdgePlugin<SimulatedGpioPlugin>("driver.simulated.gpio")]
[assembly: EdgePlugin<SimulatedI2cPlugin>("driver.simulated.i2c")]
[assembly: EdgePlugin<SimulatedSpiPlugin>("driver.simulated.spi")]
[assembly: EdgePlugin<SimulatedPwmPlugin>("driver.simulated.pwm")]
[assembly: EdgePlugin<SimulatedSerialPlugin>("driver.simulated.serial")]
[assembly: EdgePlugin<SimulatedAdcPlugin>("driver.simulated.adc")]
[assembly: EdgePlugin<SimulatedLedPlugin>("driver.simulated.led")]
