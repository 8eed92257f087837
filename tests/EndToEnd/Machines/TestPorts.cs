// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>A board for tests: uart0 is a console, gpio0's lines are recorded and can be driven, i2c0 leads to one target.</summary>
internal sealed class TestPorts(II2cPort? i2c = null) : IPortProvider
{
    private readonly ConsolePorts _others = new();
    private readonly Dictionary<int, RecordingLine> _lines = [];

    public VmConsole Console => _others.Console("uart0");

    public int Outstanding => 0;

    public RecordingLine Line(int index) => _lines.TryGetValue(index, out var line) ? line : _lines[index] = new RecordingLine();

    public void Attach(IVmTurn turn) => _others.Attach(turn);

    public IGpioPort Gpio(string device, int index) => Line(index);

    public IUartPort Uart(string device) => _others.Uart(device);

    public II2cPort I2c(string device) => i2c ?? _others.I2c(device);

    public ISpiPort Spi(string device, int chipSelect) => _others.Spi(device, chipSelect);

    public IPwmPort Pwm(string device, int index) => _others.Pwm(device, index);

    public IAdcPort Adc(string device, int index) => _others.Adc(device, index);

    public void Open(ulong epoch)
    {
    }

    public void Close(OutputRelease reason)
    {
    }

    public void Dispose() => _others.Dispose();
}
