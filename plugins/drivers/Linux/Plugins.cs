// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Linux;

[assembly: EdgePlugin<LinuxGpioPlugin>("driver.linux.gpio")]
[assembly: EdgePlugin<LinuxI2cPlugin>("driver.linux.i2c")]
[assembly: EdgePlugin<LinuxSpiPlugin>("driver.linux.spi")]
[assembly: EdgePlugin<LinuxPwmPlugin>("driver.linux.pwm")]
[assembly: EdgePlugin<LinuxSerialPlugin>("driver.linux.serial")]
[assembly: EdgePlugin<LinuxAdcPlugin>("driver.linux.adc")]
[assembly: EdgePlugin<LinuxLedPlugin>("driver.linux.led")]
[assembly: EdgePlugin<LinuxHwmonPlugin>("driver.linux.hwmon")]
