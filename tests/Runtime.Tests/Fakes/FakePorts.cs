// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime.Tests;

/// <summary>A board that the test plays: transactions end when it says so, openings and closings are noted.</summary>
internal sealed class FakePorts : IPortProvider
{
    private readonly NullPorts _nowhere = new();

    public List<string> Calls { get; } = [];

    public int Outstanding { get; set; }

    public IVmTurn Turn { get; private set; } = null!;

    public bool ThrowOnOpen { get; set; }

    public void Attach(IVmTurn turn) => Turn = turn;

    public IGpioPort Gpio(string device, int index) => _nowhere.Gpio(device, index);

    public IUartPort Uart(string device) => _nowhere.Uart(device);

    public II2cPort I2c(string device) => _nowhere.I2c(device);

    public ISpiPort Spi(string device, int chipSelect) => _nowhere.Spi(device, chipSelect);

    public IPwmPort Pwm(string device, int index) => _nowhere.Pwm(device, index);

    public IAdcPort Adc(string device, int index) => _nowhere.Adc(device, index);

    public void Open(ulong epoch)
    {
        if (ThrowOnOpen) throw new InvalidOperationException("the board is gone");
        Calls.Add($"open {epoch}");
    }

    public void Close(OutputRelease reason) => Calls.Add($"close {reason}");

    public void Dispose() => Calls.Add("dispose");
}
