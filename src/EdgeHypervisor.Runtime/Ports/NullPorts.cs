// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Ports that lead nowhere, as if nothing were soldered to the pins: for a VM without a board, and for what a manifest does not map.</summary>
public sealed class NullPorts : IPortProvider
{
    /// <inheritdoc/>
    public int Outstanding => 0;

    /// <inheritdoc/>
    public void Attach(IVmTurn turn)
    {
    }

    /// <inheritdoc/>
    public IGpioPort Gpio(string device, int index) => new NullGpioPort();

    /// <inheritdoc/>
    public IUartPort Uart(string device) => NullPort.Instance;

    /// <inheritdoc/>
    public II2cPort I2c(string device) => NullPort.Instance;

    /// <inheritdoc/>
    public ISpiPort Spi(string device, int chipSelect) => NullPort.Instance;

    /// <inheritdoc/>
    public IPwmPort Pwm(string device, int index) => NullPort.Instance;

    /// <inheritdoc/>
    public IAdcPort Adc(string device, int index) => NullPort.Instance;

    /// <inheritdoc/>
    public void Open(ulong epoch)
    {
    }

    /// <inheritdoc/>
    public void Close(OutputRelease reason)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
