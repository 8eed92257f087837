// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Simulated;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards.Tests;

/// <summary>The simulated driver plugin, without a plugin folder.</summary>
internal sealed class SimulatedDrivers : IDriverCatalog
{
    private readonly Dictionary<string, IDriverPlugin> _plugins = new()
    {
        ["driver.simulated.gpio"] = new SimulatedGpioPlugin(),
        ["driver.simulated.i2c"] = new SimulatedI2cPlugin(),
        ["driver.simulated.spi"] = new SimulatedSpiPlugin(),
        ["driver.simulated.pwm"] = new SimulatedPwmPlugin(),
        ["driver.simulated.serial"] = new SimulatedSerialPlugin(),
        ["driver.simulated.adc"] = new SimulatedAdcPlugin(),
        ["driver.simulated.led"] = new SimulatedLedPlugin(),
    };

    public IPluginLease<IDriverPlugin>? FindDriver(string id) => _plugins.TryGetValue(id, out var plugin) ? new Lease(id, plugin) : null;

    private sealed record Lease(string Id, IDriverPlugin Plugin) : IPluginLease<IDriverPlugin>
    {
        public string Version => "0.1.0";

        public void Dispose()
        {
        }
    }
}
