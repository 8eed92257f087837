// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Cmsdk;

[assembly: EdgePlugin<CmsdkPlugin<CmsdkDualTimer>>("device.cmsdk.dualtimer")]
[assembly: EdgePlugin<CmsdkPlugin<CmsdkGpio>>("device.cmsdk.gpio")]
[assembly: EdgePlugin<CmsdkPlugin<CmsdkTimer>>("device.cmsdk.timer")]
[assembly: EdgePlugin<CmsdkPlugin<CmsdkUart>>("device.cmsdk.uart")]
[assembly: EdgePlugin<CmsdkPlugin<CmsdkWatchdog>>("device.cmsdk.watchdog")]
[assembly: EdgePlugin<CmsdkPlugin<Mps2FpgaIo>>("device.mps2.fpgaio")]
[assembly: EdgePlugin<CmsdkPlugin<Mps2SerialBus>>("device.mps2.sbcon")]
[assembly: EdgePlugin<CmsdkPlugin<Mps2Scc>>("device.mps2.scc")]
[assembly: EdgePlugin<CmsdkPlugin<Pl022>>("device.pl022")]
