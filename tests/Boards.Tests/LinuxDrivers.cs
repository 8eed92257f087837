// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Linux;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards.Tests;

/// <summary>The Linux driver plugin, without a plugin folder.</summary>
internal sealed class LinuxDrivers : IDriverCatalog
{
    public IPluginLease<IDriverPlugin>? FindDriver(string id) => id switch
    {
        "driver.linux.gpio" => new Lease(id, new LinuxGpioPlugin()),
        "driver.linux.i2c" => new Lease(id, new LinuxI2cPlugin()),
        "driver.linux.spi" => new Lease(id, new LinuxSpiPlugin()),
        "driver.linux.pwm" => new Lease(id, new LinuxPwmPlugin()),
        "driver.linux.serial" => new Lease(id, new LinuxSerialPlugin()),
        "driver.linux.led" => new Lease(id, new LinuxLedPlugin()),
        _ => null,
    };

    private sealed record Lease(string Id, IDriverPlugin Plugin) : IPluginLease<IDriverPlugin>
    {
        public string Version => "0.1.0";

        public void Dispose()
        {
        }
    }
}
