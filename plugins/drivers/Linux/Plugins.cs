// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Linux;

[assembly: EdgePlugin<LinuxGpioPlugin>("driver.linux.gpio")]
[assembly: EdgePlugin<LinuxI2cPlugin>("driver.linux.i2c")]
