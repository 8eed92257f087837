// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Stm32;

[assembly: EdgePlugin<StmPlugin<StmAdc>>("device.stm32.adc")]
[assembly: EdgePlugin<StmPlugin<StmExti>>("device.stm32.exti")]
[assembly: EdgePlugin<StmPlugin<StmFlash>>("device.stm32.flash")]
[assembly: EdgePlugin<StmPlugin<StmGpio>>("device.stm32.gpio")]
[assembly: EdgePlugin<StmPlugin<StmI2c>>("device.stm32.i2c")]
[assembly: EdgePlugin<StmPlugin<StmPwr>>("device.stm32.pwr")]
[assembly: EdgePlugin<StmPlugin<StmRcc>>("device.stm32.rcc")]
[assembly: EdgePlugin<StmPlugin<StmSpi>>("device.stm32.spi")]
[assembly: EdgePlugin<StmPlugin<StmSyscfg>>("device.stm32.syscfg")]
[assembly: EdgePlugin<StmPlugin<StmTim>>("device.stm32.tim")]
[assembly: EdgePlugin<StmPlugin<StmUsart>>("device.stm32.usart")]
