// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>Ports that lead nowhere, and which of them the devices asked for: all that a manifest can map.</summary>
internal sealed class AskedPorts : IPortProvider
{
    private readonly NullPorts _nowhere = new();
    private readonly List<(string Device, string Kind, int? Index)> _asked = [];

    public int Outstanding => 0;

    /// <summary>The kinds of port of a device, with the indices of each.</summary>
    public IEnumerable<(string Kind, int?[] Indices)> Of(string device) =>
        _asked.Where(port => port.Device == device).GroupBy(port => port.Kind, (kind, ports) => (kind, ports.Select(port => port.Index).Distinct().Order().ToArray()));

    public void Attach(IVmTurn turn) => _nowhere.Attach(turn);

    public IGpioPort Gpio(string device, int index) => Note(device, "line", index, _nowhere.Gpio(device, index));

    public IUartPort Uart(string device) => Note(device, "serial", null, _nowhere.Uart(device));

    public II2cPort I2c(string device) => Note(device, "I2C", null, _nowhere.I2c(device));

    public ISpiPort Spi(string device, int chipSelect) => Note(device, "SPI", chipSelect, _nowhere.Spi(device, chipSelect));

    public IPwmPort Pwm(string device, int index) => Note(device, "PWM", index, _nowhere.Pwm(device, index));

    public IAdcPort Adc(string device, int index) => Note(device, "ADC", index, _nowhere.Adc(device, index));

    public void Open(ulong epoch) => _nowhere.Open(epoch);

    public void Close(OutputRelease reason) => _nowhere.Close(reason);

    public void Dispose() => _nowhere.Dispose();

    private TPort Note<TPort>(string device, string kind, int? index, TPort port)
    {
        _asked.Add((device, kind, index));
        return port;
    }
}
