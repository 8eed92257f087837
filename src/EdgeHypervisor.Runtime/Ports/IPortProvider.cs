// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>
/// Where the ports of a VM's devices lead: made for one VM from its manifest and a board's arbiter. A port that the
/// manifest does not map is still given, and leads nowhere.
/// </summary>
public interface IPortProvider : IDisposable
{
    /// <summary>Transactions that a device began and that have not completed; a VM is saved only when there are none.</summary>
    int Outstanding { get; }

    /// <summary>Called once, before any port is asked for.</summary>
    void Attach(IVmTurn turn);

    /// <summary>The digital line <c>device/index</c>.</summary>
    IGpioPort Gpio(string device, int index);

    /// <summary>The serial line of a device.</summary>
    IUartPort Uart(string device);

    /// <summary>The I2C bus of a device.</summary>
    II2cPort I2c(string device);

    /// <summary>The chip select <c>device/chipSelect</c>.</summary>
    ISpiPort Spi(string device, int chipSelect);

    /// <summary>The PWM output <c>device/index</c>.</summary>
    IPwmPort Pwm(string device, int index);

    /// <summary>The analogue input <c>device/index</c>.</summary>
    IAdcPort Adc(string device, int index);

    /// <summary>The disk of a device; null where there is none.</summary>
    IBlockPort? Block(string device) => null;

    /// <summary>The network port of a device; null where there is none.</summary>
    INetPort? Net(string device) => null;

    /// <summary>
    /// What the VM has seen last of inputs that cannot be looked at where it is restored, and input that waits for it here:
    /// travels with its state. A text of the provider's own, of words, empty for nothing; a provider reads the words it knows.
    /// </summary>
    string SaveSeen() => "";

    /// <summary>Gives that back, before the devices are restored. It may come from another board.</summary>
    void RestoreSeen(string seen)
    {
    }

    /// <summary>
    /// The VM is about to run, as its owner under <paramref name="epoch"/>: outputs drive from now on, first of all the
    /// levels that the devices last asked for.
    /// </summary>
    void Open(ulong epoch);

    /// <summary>
    /// The VM has ceased to run: after this returns nothing of it drives anything. Outputs hold or go to their safe
    /// value, as the manifest says for this reason.
    /// </summary>
    void Close(OutputRelease reason);
}
