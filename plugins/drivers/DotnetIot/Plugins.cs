// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.DotnetIot;

[assembly: EdgePlugin<IotGpioPlugin>("driver.dotnet-iot.gpio")]
[assembly: EdgePlugin<IotI2cPlugin>("driver.dotnet-iot.i2c")]
[assembly: EdgePlugin<IotSpiPlugin>("driver.dotnet-iot.spi")]
[assembly: EdgePlugin<IotPwmPlugin>("driver.dotnet-iot.pwm")]
[assembly: EdgePlugin<Mcp23017Plugin>("driver.dotnet-iot.mcp23017")]
[assembly: EdgePlugin<Pca9685Plugin>("driver.dotnet-iot.pca9685")]
[assembly: EdgePlugin<Mcp3008Plugin>("driver.dotnet-iot.mcp3008")]
[assembly: EdgePlugin<Bme280Plugin>("driver.dotnet-iot.bme280")]
[assembly: EdgePlugin<Ssd1306Plugin>("driver.dotnet-iot.ssd1306")]
