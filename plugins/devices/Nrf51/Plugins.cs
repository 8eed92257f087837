// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Nrf51;

[assembly: EdgePlugin<NrfPlugin<NrfAdc>>("device.nrf51.adc")]
[assembly: EdgePlugin<NrfPlugin<NrfClock>>("device.nrf51.clock")]
[assembly: EdgePlugin<NrfPlugin<NrfFicr>>("device.nrf51.ficr")]
[assembly: EdgePlugin<NrfPlugin<NrfGpio>>("device.nrf51.gpio")]
[assembly: EdgePlugin<NrfPlugin<NrfGpiote>>("device.nrf51.gpiote")]
[assembly: EdgePlugin<NrfPlugin<NrfNvmc>>("device.nrf51.nvmc")]
[assembly: EdgePlugin<NrfPlugin<NrfPpi>>("device.nrf51.ppi")]
[assembly: EdgePlugin<NrfPlugin<NrfQuiet>>("device.nrf51.quiet")]
[assembly: EdgePlugin<NrfPlugin<NrfRng>>("device.nrf51.rng")]
[assembly: EdgePlugin<NrfPlugin<NrfRtc>>("device.nrf51.rtc")]
[assembly: EdgePlugin<NrfPlugin<NrfSerial>>("device.nrf51.serial")]
[assembly: EdgePlugin<NrfPlugin<NrfTemp>>("device.nrf51.temp")]
[assembly: EdgePlugin<NrfPlugin<NrfTimer>>("device.nrf51.timer")]
[assembly: EdgePlugin<NrfPlugin<NrfUart>>("device.nrf51.uart")]
[assembly: EdgePlugin<NrfPlugin<NrfWatchdog>>("device.nrf51.wdt")]
